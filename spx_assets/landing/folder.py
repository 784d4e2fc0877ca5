"""`landing/` with `accepted/` and `rejected/`: looking, moving, reasons, approvals. Judging is elsewhere.

A file moves in one step, to a name that nothing else has; where its name is taken by other content, its digest
joins the name. The journal closes the gap between a commit and the moves that follow it: a run that was cut off
in between is finished by the next one. Journal and approvals are kept beside the folder, not in it: who may drop a
file may not approve it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from spx_assets.errors import DataRefused, NotFound, StoreUnavailable, UsageError
from spx_assets.landing import notes
from spx_assets.landing.dropped import Dropped, digest_of, is_open_for_writing, is_unfinished

ACCEPTED, REJECTED = "accepted", "rejected"
REASON = ".reason.json"
RECORDS, JOURNAL, APPROVALS = "landing-records", "journal.json", "approvals.json"
# Where earlier versions kept them: in the folder, where whoever drops files could write them.
UNTRUSTED = {
    ".approvals.json": "ignored: approvals are not read from landing/ any more; approve again with `spx accept FILE`",
    ".journal.json": "ignored: the journal is not read from landing/ any more; its files are read again",
}
# Bytes of a name that leave room in 255 for `.reason.json`, a digest and the mark of a draft.
LONGEST_NAME = 200
# A file that was touched in the last seconds may still be growing: it is looked at again after a while.
RECENT_S, LOOK_AGAIN_S = 10.0, 0.5


class Landing:
    """The landing folder at `folder`; nothing is created until it is needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.accepted = folder / ACCEPTED
        self.rejected = folder / REJECTED
        self.records = folder.with_name(RECORDS)

    def prepare(self) -> None:
        """Make the folders, so that a user finds where to drop files."""
        try:
            for folder in (self.accepted, self.rejected, self.records):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreUnavailable(
                f"{self.folder} cannot be made",
                evidence=str(error),
                way_out="Give this user access to it, or choose another SPX_HOME.",
            ) from error

    def waiting(self) -> tuple[Dropped, ...]:
        """Every file that was dropped and not judged yet, by name."""
        found = (Dropped.at(path) for path in _entries(self.folder) if not is_unfinished(path.name))
        return tuple(file for file in found if file is not None)

    def accepted_files(self) -> tuple[Dropped, ...]:
        """Every file whose content is in `raw_market`, by name."""
        return tuple(_files(self.accepted))

    def left_alone(self) -> tuple[tuple[str, str], ...]:
        """What lies in the folder and is not read, with the reason why; other hidden files are nobody's data."""
        entries = _entries(self.folder)
        visible = [path for path in entries if not path.name.startswith(".")]
        places = {self.accepted, self.rejected}
        found = [(path.name, UNTRUSTED[path.name]) for path in entries if path.name in UNTRUSTED]
        for path in visible:
            if is_unfinished(path.name):
                found.append((path.name, "its name says that it is not finished"))
            elif path not in places and Dropped.at(path) is None:
                found.append((path.name, "not a regular file: drop files, not folders or links"))
        return tuple(found)

    def settled(self, *, now_s: float, wait: Callable[[float], None] = time.sleep) -> tuple[Dropped, ...]:
        """The waiting files that nobody seems to write any more; `now_s` is the time in seconds since 1970.

        Files touched in the last seconds are looked at twice; one that changed in between, or that somebody has open
        for writing, is left for the next run.
        """
        seen = self.waiting()
        if any(now_s - file.modified_ns / 1e9 < RECENT_S for file in seen):
            wait(LOOK_AGAIN_S)
        return tuple(file for file in seen if file.is_unchanged() and not is_open_for_writing(file.path))

    def accept(self, file: Dropped, digest: str) -> Path | None:
        """Move a file whose content is in the store to `accepted/`; None when it changed since it was read."""
        return _move(file, _free(self.accepted, file.path.name, digest))

    def reject(self, file: Dropped, digest: str, reason: Mapping[str, Any]) -> Path | None:
        """Move a refused file to `rejected/`, its reason beside it; None when it changed since it was read."""
        if not file.is_unchanged():
            return None
        target = _free(self.rejected, file.path.name, digest)
        if notes.read(_reason_of(target)).get("sha256", digest) != digest or _is_no_note(_reason_of(target)):
            target = self.rejected / _with_digest(file.path.name, digest)
        # The reason first: a rejected file never stands without one.
        notes.write(_reason_of(target), {"file": file.name, "sha256": digest, "bytes": file.size_bytes, **reason})
        return _move(file, target)

    def quarantine(self, name: str, data: bytes, digest: str, reason: Mapping[str, Any]) -> Path:
        """Keep refused content that is no dropped file in `rejected/`, so that it can be seen and accepted."""
        self.prepare()
        target = _free(self.rejected, name, digest)
        notes.write(_reason_of(target), {"file": name, "sha256": digest, "bytes": len(data), **reason})
        draft = target.with_name(f".{target.name}.tmp")
        draft.write_bytes(data)
        draft.replace(target)
        return target

    def intend(self, version: str, files: Iterable[tuple[Dropped, str]]) -> None:
        """Note what is to move once `version` is current."""
        moves = [{"name": file.path.name, "sha256": digest} for file, digest in files]
        if moves:
            notes.write(self.records / JOURNAL, {"version": version, "accept": moves})

    def resume(self, current: str | None) -> tuple[Path, ...]:
        """Finish the moves of a run that was cut off after its commit; where each file stands now."""
        journal = notes.read(self.records / JOURNAL)
        moved = []
        if journal and journal.get("version") == current:
            for name, digest in _moves(journal):
                file = Dropped.at(self.folder / Path(name).name)
                # What cannot be read or moved now is judged again, and adds nothing.
                with suppress(OSError):
                    if file is not None and digest_of(file.path) == digest:
                        moved.append(self.accept(file, digest))
        self.close()
        return tuple(path for path in moved if path is not None)

    def close(self) -> None:
        """Everything intended is done: forget the journal."""
        (self.records / JOURNAL).unlink(missing_ok=True)

    def approvals(self) -> Mapping[str, Any]:
        """sha256 → what was approved, and when, of every content that may rewrite history."""
        return notes.read(self.records / APPROVALS)

    def approve(self, given: Path, *, at: str) -> Path:
        """Let the content of `given` rewrite history; a rejected file goes back to `landing/`. Where it stands now.

        Raises:
            NotFound: when there is no such file, here or in `rejected/`.
            UsageError: when the file was accepted already.
            DataRefused: when it was refused for what it holds; no approval makes a damaged number right.

        """
        file = self._found(given)
        note = notes.read(_reason_of(file.path))
        is_rejected = file.path.resolve().parent == self.rejected.resolve()
        if is_rejected and not note.get("acceptable"):
            raise DataRefused(
                f"{file.path} was not refused for rewriting history",
                evidence=str(note.get("text", "it has no reason beside it")),
                way_out="Correct the file and drop it into landing/ again.",
            )
        digest = digest_of(file.path)
        approved = {"file": file.path.name, "at": at, "was refused for": note.get("text", "")}
        self.prepare()
        notes.write(self.records / APPROVALS, {**self.approvals(), digest: approved})
        if not is_rejected:
            return file.path
        moved = _move(file, _free(self.folder, file.path.name, digest)) or file.path
        _reason_of(file.path).unlink(missing_ok=True)
        return moved

    def rows(self) -> list[dict[str, Any]]:
        """One row per file: where it is, its name, size, when it was dropped or last changed, and why it is there."""
        waiting = [_row("waiting", file, "read by the next run") for file in self.waiting()]
        alone = [{"state": "left alone", "file": name, "bytes": None, "why": why} for name, why in self.left_alone()]
        rejected = [
            _row("rejected", file, str(notes.read(_reason_of(file.path)).get("text", "no reason was kept")))
            for file in _files(self.rejected)
            if not file.path.name.endswith(REASON)
        ]
        accepted = [_row("accepted", file, "in raw_market") for file in _files(self.accepted)]
        return [*waiting, *alone, *rejected, *accepted]

    def _found(self, given: Path) -> Dropped:
        for path in (given, self.rejected / given.name, self.folder / given.name):
            if (file := Dropped.at(path)) is not None:
                if path.resolve().parent == self.accepted.resolve():
                    raise UsageError(f"{path} was accepted already", way_out="`spx landing` shows what waits.")
                return file
        raise NotFound(f"There is no file {given}, nor one of its name in {self.rejected}", way_out="`spx landing`")


def _move(file: Dropped, target: Path) -> Path | None:
    if not file.is_unchanged():
        return None
    file.path.replace(target)
    return target


def _free(folder: Path, name: str, digest: str) -> Path:
    """A path in `folder` for this content: its name, or with its digest where the name is too long or taken.

    The names of reasons are taken as well: a dropped file never stands where the reason of another belongs.
    """
    plain = folder / name
    is_possible = len(os.fsencode(name)) <= LONGEST_NAME and not name.endswith(REASON)
    if is_possible and (not os.path.lexists(plain) or (plain.is_file() and digest_of(plain) == digest)):
        return plain
    return folder / _with_digest(name, digest)


def _with_digest(name: str, digest: str) -> str:
    """The name, shortened where it is too long, with 12 characters of the digest before its suffix."""
    stem, suffix = Path(name).stem, Path(name).suffix[:10]
    while len(os.fsencode(stem)) > LONGEST_NAME - 60:  # a suffix of ten characters has at most forty bytes
        stem = stem[:-1]
    return f"{stem}-{digest[:12]}{suffix}"


def _is_no_note(path: Path) -> bool:
    """Whether something stands at a reason's place that is no reason of ours."""
    return os.path.lexists(path) and "sha256" not in notes.read(path)


def _moves(journal: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The names and digests that a journal lists; none where it is damaged: its files are judged again."""
    try:
        return [(str(move["name"]), str(move["sha256"])) for move in journal["accept"]]
    except (KeyError, TypeError):
        return []


def _reason_of(path: Path) -> Path:
    return path.with_name(f"{path.name}{REASON}")


def _entries(folder: Path) -> Sequence[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else ()


def _files(folder: Path) -> list[Dropped]:
    found = (Dropped.at(path) for path in _entries(folder) if not path.name.startswith("."))
    return [file for file in found if file is not None]


def _row(state: str, file: Dropped, why: str) -> dict[str, Any]:
    return {"state": state, "file": file.path.name, "bytes": file.size_bytes, "why": why}
