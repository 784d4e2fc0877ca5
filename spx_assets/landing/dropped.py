"""One dropped file as it was when somebody looked: which files count, and whether one is still being written."""

from __future__ import annotations

import fcntl
import hashlib
import os
import signal
import stat
from dataclasses import dataclass
from pathlib import Path

from spx_assets.plain_text import printable

# What browsers, curl, rsync and editors call a file that is not finished.
UNFINISHED = (".part", ".partial", ".crdownload", ".download", ".tmp", ".swp", "~")


@dataclass(frozen=True)
class Dropped:
    """A regular file and what would change if somebody went on writing it."""

    path: Path
    size_bytes: int
    modified_ns: int
    inode: int

    @classmethod
    def at(cls, path: Path) -> Dropped | None:
        """The file at `path` as it is now; None when it is gone, or no regular file (links are not followed)."""
        try:
            status = path.lstat()
        except OSError:
            return None
        if not stat.S_ISREG(status.st_mode):
            return None
        return cls(path, status.st_size, status.st_mtime_ns, status.st_ino)

    @property
    def name(self) -> str:
        """How messages and observations call it, the same on every machine: `landing/VIX_History.csv`."""
        return f"landing/{printable(os.fsencode(self.path.name).decode('utf-8', 'replace'))}"

    def is_unchanged(self) -> bool:
        """Whether the file is still as it was."""
        return Dropped.at(self.path) == self


def is_unfinished(name: str) -> bool:
    """Whether a file of this name is on its way, or no data at all: hidden, or with a suffix of unfinished files."""
    return name.startswith(".") or name.lower().endswith(UNFINISHED)


def digest_of(path: Path) -> str:
    """sha256 of the file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_open_for_writing(path: Path) -> bool:
    """Whether a process has the file open for writing; False where the system cannot say.

    Linux grants a read lease only on a file that nobody writes. Somebody who opens it in the moment of asking waits
    until the lease is given back, and the signal that tells us of it is one that is ignored unless asked for.
    """
    if not hasattr(fcntl, "F_SETLEASE"):
        return False
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:
        # Not our file, or a file system without leases.
        return False
    finally:
        os.close(handle)
    return False


def ends_whole(path: Path) -> bool:
    """Whether the file ends as a finished one does: a line break, a closing bracket, Parquet's mark."""
    with path.open("rb") as file:
        first = file.read(4)
        file.seek(0, os.SEEK_END)
        size = file.tell()
        file.seek(max(size - 64, 0))
        end = file.read()
    if first == b"PAR1":
        return size > 8 and end.endswith(b"PAR1")
    if first.lstrip()[:1] in {b"{", b"["}:
        return end.rstrip()[-1:] in {b"}", b"]"}
    return end.endswith((b"\n", b"\r"))
