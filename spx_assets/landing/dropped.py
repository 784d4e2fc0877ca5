"""One dropped file as it was when somebody looked: which files count, and whether one is still being written."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

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
        return f"landing/{os.fsencode(self.path.name).decode('utf-8', 'replace')}"

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
