"""Whether the landing folder has something new that is whole, told from one look to the next.

A file counts when it is as it was at the last look, nobody has it open for writing, and it does not end in the middle
of a line. What was asked for once is not asked for again, by content: touching a file or copying an equal one does
nothing. Pure: the clock is an argument, and what is remembered between two looks is a value.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from spx_assets.landing.dropped import Dropped, digest_of, ends_whole, is_open_for_writing
from spx_assets.landing.folder import Landing

# A file may rightly end without a line break, and somebody may go on writing for long: then it is read anyway.
PATIENCE_S = 60.0
REMEMBERED = 2_000


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
    unsettled = [file for file in files if not _is_settled(file, before, now_s)]
    approved = landing.approvals()
    settled = {file.path.name: file for file in files if file not in unsettled}
    contents = {name: seen[name][2] or digest_of(file.path) for name, file in settled.items()}
    seen |= {name: [*seen[name][:2], digest] for name, digest in contents.items()}
    # A person's word on a file makes it news again.
    keys = {f"{digest}+approved" if digest in approved else digest: name for name, digest in contents.items()}
    known = {key for key in keys if key in before.asked or _is_accepted(landing, settled[keys[key]], key)}
    new = tuple(sorted(keys.keys() - known))
    if not new:
        why = f"{len(unsettled)} files are not finished" if unsettled else "Nothing new."
        return Look((), why, Watch(seen, before.asked))
    since = now_s if before.ready_since_s is None else before.ready_since_s
    if unsettled and now_s - since < PATIENCE_S:
        names = ", ".join(file.path.name for file in unsettled)
        return Look((), f"Waiting for {names} to be finished", Watch(seen, before.asked, since))
    return Look(new, "", Watch(seen, [*before.asked, *new][-REMEMBERED:]))


def _state(file: Dropped, before: Watch, now_s: float) -> list[Any]:
    """The file's mark, since when it bears it, and its digest when that is known."""
    mark = f"{file.size_bytes}:{file.modified_ns}:{file.inode}"
    last = before.seen.get(file.path.name)
    return list(last) if last is not None and last[0] == mark else [mark, now_s, ""]


def _is_settled(file: Dropped, before: Watch, now_s: float) -> bool:
    mark, since, digest = _state(file, before, now_s)
    last = before.seen.get(file.path.name)
    if last is None or last[0] != mark or is_open_for_writing(file.path):
        return False
    return bool(digest) or ends_whole(file.path) or now_s - since >= PATIENCE_S


def _is_accepted(landing: Landing, file: Dropped, digest: str) -> bool:
    """Whether this content lies in accepted/ already; only files of its size are read."""
    return any(
        other.size_bytes == file.size_bytes and digest_of(other.path) == digest for other in landing.accepted_files()
    )
