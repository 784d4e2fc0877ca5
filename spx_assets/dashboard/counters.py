"""How much the dashboard is used: since when it runs, views by page, runs of What if. Nothing about who.

One small JSON file per home, replaced in one step under a lock, so that sessions, threads and processes add up and
whoever observes the service reads a whole file. Counting never stands in a reader's way: what cannot be written is
logged.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

_log = logging.getLogger(__name__)

FILE, LOCK = "counters.json", ".counters.lock"
LOCK_TIMEOUT_S = 2.0


@dataclass(frozen=True)
class Counters:
    """What was counted since `started_at` (ISO 8601, UTC); `stopped_at` is empty while the dashboard runs."""

    started_at: str
    stopped_at: str = ""
    page_views: Mapping[str, int] = field(default_factory=dict)
    what_if_runs: int = 0

    @property
    def views(self) -> int:
        """Page views, all pages together."""
        return sum(self.page_views.values())


def read(folder: Path) -> Counters | None:
    """What is counted in the dashboard's folder; None when it never ran, or when the file is not one of ours."""
    try:
        found = json.loads((folder / FILE).read_bytes())
        return Counters(
            started_at=str(found["started_at"]),
            stopped_at=str(found["stopped_at"]),
            page_views={str(page): int(count) for page, count in found["page_views"].items()},
            what_if_runs=int(found["what_if_runs"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def started(folder: Path, *, at: datetime) -> None:
    """The dashboard starts: everything is counted from nought."""
    _change(folder, lambda _: Counters(started_at=_instant(at)), at=at)


def stopped(folder: Path, *, at: datetime) -> None:
    """The dashboard stops in good order."""
    _change(folder, lambda now: replace(now, stopped_at=_instant(at)), at=at)


def viewed(folder: Path, page: str, *, at: datetime) -> None:
    """Somebody opened a page."""
    _change(
        folder,
        lambda now: replace(now, page_views={**now.page_views, page: now.page_views.get(page, 0) + 1}),
        at=at,
    )


def asked(folder: Path, *, at: datetime) -> None:
    """Somebody ran What if."""
    _change(folder, lambda now: replace(now, what_if_runs=now.what_if_runs + 1), at=at)


def _change(folder: Path, change: Callable[[Counters], Counters], *, at: datetime) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / LOCK, timeout=LOCK_TIMEOUT_S):
            counters = change(read(folder) or Counters(started_at=_instant(at)))
            draft = folder / f".{FILE}-{os.getpid()}-{secrets.token_hex(4)}"
            draft.write_text(json.dumps(asdict(counters), indent=1, sort_keys=True) + "\n")
            draft.replace(folder / FILE)
    except (OSError, Timeout) as error:
        _log.warning("%s was not counted: %s", folder / FILE, error)


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
