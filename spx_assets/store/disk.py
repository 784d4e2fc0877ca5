"""The few file-system steps the protocol is made of: durable writes, careful reads, removal out of sight.

What they mean together stands in `commit`, `read` and `sweep`. Promise: a write has reached the disk when its
function returns, and no read follows a link or waits on a pipe.
"""

from __future__ import annotations

import errno
import logging
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from spx_assets.errors import StoreUnavailable
from spx_assets.store.layout import STAGING

_log = logging.getLogger(__name__)

_WAYS_OUT = {
    errno.ENOSPC: "Free some space on that disk, then run again.",
    errno.EDQUOT: "Free some of your disk quota, then run again.",
    errno.EFBIG: "Raise the file size limit (`ulimit -f`), then run again.",
    errno.EACCES: "Give this user access to that folder, or choose another SPX_HOME.",
    errno.EPERM: "Give this user access to that folder, or choose another SPX_HOME.",
    errno.EROFS: "Remount the disk writable, or choose another SPX_HOME.",
}


class NotRegular(Exception):
    """The path holds a link, folder, pipe or device where a plain file was expected; callers say of what."""


@contextmanager
def reporting(what: str) -> Iterator[None]:
    """Turn what the operating system refuses into StoreUnavailable, naming the file and the way out."""
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(
            what,
            evidence=f"{error.strerror or error} ({error.filename})" if error.filename else str(error),
            way_out=_WAYS_OUT.get(error.errno or 0, "No accepted version was lost: mend the cause, then run again."),
        ) from error


def write_new(path: Path, data: bytes) -> None:
    """Write a file that must not exist yet; its bytes are on the disk when this returns."""
    with path.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` (new, renamed, removed) survive a power failure."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Create `folder` and its missing parents, durably; nothing is written when it is there."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def hidden_name(folder: Path, prefix: str = STAGING) -> Path:
    """A path in `folder` that nobody else uses and that a later writer will recognise as an orphan."""
    return folder / f"{prefix}{secrets.token_hex(8)}"


def set_aside(path: Path) -> Path:
    """Take `path` out of readers' sight in one step and durably, so that it can be removed piece by piece."""
    hidden = hidden_name(path.parent)
    path.rename(hidden)
    sync_folder(path.parent)
    return hidden


def remove(path: Path) -> None:
    """Remove a file, link or tree. What cannot be removed is logged and left for the next sweep."""
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("%s could not be removed (%s); the next commit tries again.", path, error)


def read_regular(path: Path, *, limit: int) -> bytes:
    """The bytes of a plain file, at most `limit` + 1 of them; NotRegular when it is anything else."""
    try:
        # O_NONBLOCK: opening a planted pipe must not wait for a writer that never comes.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENOTDIR, errno.ENXIO}:
            raise NotRegular from error
        raise
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise NotRegular
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            # The limit may come from a manifest: never reserve more memory than the file has bytes.
            return stream.read(min(limit, status.st_size) + 1)
    finally:
        os.close(descriptor)
