"""Following `CURRENT` of an asset of the store: one look per poll, a verified swap of one reference.

Loading happens in a thread, so that requests go on meanwhile. Promise: `current` is always a whole, verified value, or
None before the first; when the newest cannot be read, the last good one stays and `problem` says why.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from spx_assets.errors import SpxError
from spx_assets.serving.problems import without_paths
from spx_assets.store import Artifact, Manifest, Store

T = TypeVar("T")

# A failure may pass without CURRENT moving: a full process table, a key put right, a file copied back.
RETRY_S = 5.0
_log = logging.getLogger(__name__)

Look = tuple[int, int, int] | None


class Follower(Generic[T]):
    """The current version of `asset` as a value that `made` makes of it."""

    def __init__(self, store: Store, root: Path, asset: str, made: Callable[[Artifact], T]) -> None:
        self._store = store
        self._asset = asset
        self._made = made
        self._pointer = root / asset / "CURRENT"
        self._seen: Look = (0, 0, 0)
        self._retry_at = 0.0
        self.current: T | None = None
        self.version: str | None = None
        # For readers elsewhere: the log has the same with its paths.
        self.problem: str | None = None
        self._said = ""
        self.stored: tuple[Manifest, ...] = ()
        self.swaps = 0
        self.failures = 0

    async def look(self) -> None:
        """Take over what CURRENT names, if it moved since the last look."""
        seen = self._stat()
        if seen == self._seen and not (self.problem is not None and time.monotonic() >= self._retry_at):
            return
        self._seen = seen
        await asyncio.to_thread(self._take_over)

    def _stat(self) -> Look:
        try:
            found = os.stat(self._pointer)  # noqa: PTH116  # as cheap as can be: it is asked several times a second
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size

    def _take_over(self) -> None:
        try:
            version = self._store.current(self._asset)
            if version is None or version != self.version:
                artifact = self._store.read(self._asset)
                self.current, self.version = self._made(artifact), artifact.version
                self.swaps += 1
                _log.info("%s %s is served now", self._asset, self.version)
            self.stored = self._store.versions(self._asset)
        except Exception as error:  # noqa: BLE001  # whatever is wrong, the last good one serves on
            self._failed(error)
        else:
            self.problem, self._said = None, ""

    def _failed(self, error: Exception) -> None:
        self.failures += 1
        self._retry_at = time.monotonic() + RETRY_S
        said = str(error) if isinstance(error, SpxError) else f"{type(error).__name__}: {error}"
        if said != self._said:
            _log.warning("%s stays at %s: %s", self._asset, self.version or "nothing", said)
        self._said, self.problem = said, without_paths(said)
