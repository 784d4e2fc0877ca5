"""A writer in a process of its own, for tests that kill it, crash it at a chosen step, or race it.

Run as a module: `writer count|increment|pause ROOT [NUMBER]`; `crash` is called in a fork. Payloads hold a counter
several times over, so that a torn or mixed version cannot pass for a whole one.
"""

from __future__ import annotations

import itertools
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from spx_assets.errors import WriteConflict
from spx_assets.store import Artifact, Payload, Provenance, Store

ASSET = "counter"
KEEP_VERSIONS = 2
STEPS = ("fsync", "rename", "replace", "mkdir", "unlink", "rmdir")


def counted(number: int) -> Payload:
    """A payload of about 200 kB in three files that all hold `number`."""
    line = f"{number}\n".encode()
    return Payload({"one.txt": line * 20_000, "two.txt": line, "figures/three.txt": line * 5_000}, rows=number)


def number_in(artifact: Artifact) -> int:
    """The one number that a whole counted payload holds; AssertionError when it is torn or mixed."""
    number = int(artifact.files["two.txt"])
    assert dict(counted(number).files) == dict(artifact.files)
    return number


def open_store(root: Path) -> Store:
    """The store the writers share."""
    return Store(root, keep_versions=KEEP_VERSIONS)


def count(root: Path) -> None:
    """Commit number after number, each told on standard output once it is accepted, until killed."""
    store = open_store(root)
    first = number_in(store.read(ASSET)) + 1 if store.current(ASSET) else 0
    for number in itertools.count(first):
        store.commit(ASSET, counted(number), Provenance())
        _tell(str(number))


def increment(root: Path, times: int) -> None:
    """Add one to the committed number, `times` times, against others who do the same."""
    store = open_store(root)
    done = 0
    while done < times:
        seen = store.read(ASSET)
        try:
            store.commit(ASSET, counted(number_in(seen) + 1), Provenance(), expected=seen.version)
        except WriteConflict:
            continue
        done += 1


def crash(root: Path, at_step: int, torn: bool) -> None:
    """Commit 1,000 and die at the given file-system call; when `torn`, a file being synced loses its second half."""
    steps = itertools.count(1)

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **options: Any) -> Any:
            if next(steps) == at_step:
                _die(arguments[0], torn=torn and real is sync)
            return real(*arguments, **options)

        return step

    sync = os.fsync
    for name in STEPS:
        setattr(os, name, dying(getattr(os, name)))
    open_store(root).commit(ASSET, counted(1_000), Provenance())


def pause(root: Path) -> None:
    """Stop in the middle of committing 2,000, holding the lock, until a line arrives on standard input."""
    sync = os.fsync

    def waiting(descriptor: int) -> None:
        os.fsync = sync
        _tell("staged")
        sys.stdin.readline()
        sync(descriptor)

    setattr(os, "fsync", waiting)  # noqa: B010  # typeshed's fsync also takes files; the store passes descriptors
    open_store(root).commit(ASSET, counted(2_000), Provenance())


def _die(descriptor: Any, *, torn: bool) -> None:
    if torn and stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.ftruncate(descriptor, os.fstat(descriptor).st_size // 2)
    os._exit(99)


def _tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    task, place, *rest = sys.argv[1:]
    match task:
        case "count":
            count(Path(place))
        case "increment":
            increment(Path(place), int(rest[0]))
        case "pause":
            pause(Path(place))
        case _:
            raise SystemExit(2)
