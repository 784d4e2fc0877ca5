"""Whether the landing folder has something new that is whole, told from one look to the next.

A file counts when it is as it was at the last look, nobody has it open for writing, and it does not end in the middle
of a line. What was asked for once is not asked for again, by content: touching a file or copying an equal one does
nothing. Pure: the clock is an argument, and what is remembered between two looks is a value.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from spx_assets.landing.dropped import Dropped, digest_of, ends_whole, is_open_for_writing
from spx_assets.landing.folder import Landing

# A file may rightly end without a line break, and somebody may go on writing for long: then it is read anyway.
PATIENCE_S = 60.0
REMEMBERED = 2_000
UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Watch:
    """What is remembered from the last look: each file's state, what was asked for, since when something is ready."""

    seen: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    asked: Sequence[str] = ()
    ready_since_s: float | None = None

    @classmethod
    def load(cls, text: str | None) -> Self:
        """What an earlier look remembered; nothing when it is not readable."""
        try:
            return cls(**json.loads(text or "{}"))
        except (TypeError, ValueError):
            return cls()

    def dump(self) -> str:
        """As text, for the next look."""
        return json.dumps(asdict(self), sort_keys=True)


@dataclass(frozen=True)
class Look:
    """What one look found: contents to ask for, or none and why; and what to remember."""

    contents: tuple[str, ...]
    why: str
    watch: Watch


def look(landing: Landing, before: Watch, *, now_s: float) -> Look:
    """Look at the folder at `now_s`, in seconds since 1970, remembering `before`."""
    files = landing.waiting()
    seen = {file.path.name: _state(file, before, now_s) for file in files}
    settled, unsettled, unreadable = _sorted(files, seen, before, now_s)
    approved = landing.approvals()
    contents = {name: seen[name][2] for name in settled}
    # A person's word on a file makes it news again.
    keys = {f"{digest}+approved" if digest in approved else digest for digest in contents.values()}
    new = tuple(sorted(keys - set(before.asked) - _accepted(landing, settled.values())))
    if not new:
        why = f"{len(unsettled)} files are not finished" if unsettled else "Nothing new."
        return Look((), " ".join([why, *unreadable]), Watch(seen, before.asked))
    since = now_s if before.ready_since_s is None else before.ready_since_s
    if unsettled and now_s - since < PATIENCE_S:
        names = ", ".join(file.name for file in unsettled)
        return Look((), f"Waiting for {names} to be finished", Watch(seen, before.asked, since))
    return Look(new, "", Watch(seen, [*before.asked, *new][-max(REMEMBERED, len(keys)) :]))


def _state(file: Dropped, before: Watch, now_s: float) -> list[Any]:
    """The file's mark, since when it bears it, and its digest when that is known."""
    mark = f"{file.size_bytes}:{file.modified_ns}:{file.inode}"
    last = before.seen.get(file.path.name)
    return list(last) if last is not None and last[0] == mark else [mark, now_s, ""]


def _sorted(
    files: Iterable[Dropped], seen: dict[str, list[Any]], before: Watch, now_s: float
) -> tuple[dict[str, Dropped], list[Dropped], list[str]]:
    """The settled files by name, their digests now in `seen`; those that are not; what cannot be read, said once.

    A file that cannot be read, or is gone, stops no other; it is tried again at each look.
    """
    settled: dict[str, Dropped] = {}
    unsettled: list[Dropped] = []
    unreadable: list[str] = []
    for file in files:
        state = seen[file.path.name]
        try:
            if _is_settled(file, before, now_s):
                state[2] = _digest_in(state) or digest_of(file.path)
                settled[file.path.name] = file
            else:
                unsettled.append(file)
        except OSError as failed:
            if state[2] != UNREADABLE:
                unreadable.append(f"{file.name} cannot be read: {failed.strerror}.")
            state[2] = UNREADABLE
    return settled, unsettled, unreadable


def _is_settled(file: Dropped, before: Watch, now_s: float) -> bool:
    state = _state(file, before, now_s)
    mark, since, _ = state
    last = before.seen.get(file.path.name)
    if last is None or last[0] != mark or is_open_for_writing(file.path):
        return False
    return bool(_digest_in(state)) or ends_whole(file.path) or now_s - since >= PATIENCE_S


def _digest_in(state: Sequence[Any]) -> str:
    return "" if state[2] == UNREADABLE else str(state[2])


def _accepted(landing: Landing, files: Iterable[Dropped]) -> set[str]:
    """The digests of what lies in accepted/ already; only files of the sizes in question are read, each once."""
    sizes = {file.size_bytes for file in files}
    digests = set()
    for other in landing.accepted_files() if sizes else ():
        with suppress(OSError):
            if other.size_bytes in sizes:
                digests.add(digest_of(other.path))
    return digests
