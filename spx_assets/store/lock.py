"""One writer per asset: a kernel lock on `<asset>/.lock`, released even when its holder is killed.

Readers never take it. Promise: it is held for whole commits only, so everything staged that the holder finds was
left by a writer that died.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from spx_assets.errors import StoreUnavailable
from spx_assets.store.layout import LOCK

_POLL_S = 0.01


@contextmanager
def held(folder: Path, *, timeout_s: float) -> Iterator[None]:
    """Hold the asset's lock; StoreUnavailable when another writer keeps it for longer than `timeout_s`."""
    import filelock  # noqa: PLC0415  # readers never lock, and the import is a third of the store's

    # Not the soft kind, even where the kernel has no locks: a killed writer would hold that for ever.
    lock = filelock.FileLock(folder / LOCK, poll_interval=_POLL_S, fallback_to_soft=False)
    try:
        lock.acquire(timeout=timeout_s)
    except filelock.Timeout as error:
        raise StoreUnavailable(
            f"Another process is writing {folder.name}",
            evidence=f"it has held {folder / LOCK} for {timeout_s:g} s",
            way_out="Wait for that run to end, or stop it, then run again.",
        ) from error
    try:
        yield
    finally:
        lock.release()
