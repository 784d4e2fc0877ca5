"""Counting survives threads, restarts and damaged files, and never gets in the way."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from spx_assets.dashboard import counters

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def test_views_and_runs_are_counted_by_page(tmp_path: Path) -> None:
    """What was opened and asked adds up; all that is kept is numbers and times."""
    counters.started(tmp_path, at=NOON)
    for page in ("now", "now", "health"):
        counters.viewed(tmp_path, page, at=NOON)
    counters.asked(tmp_path, at=NOON)

    found = counters.read(tmp_path)

    assert counters.Counters("2026-01-05T12:00:00+00:00", "", {"now": 2, "health": 1}, 1) == found
    assert found is not None
    assert found.views == 3
    assert {"started_at", "stopped_at", "page_views", "what_if_runs"} == set(
        json.loads((tmp_path / counters.FILE).read_text())
    )


def test_nothing_is_lost_between_threads(tmp_path: Path) -> None:
    """A hundred views from eight sessions are a hundred views, and no draft is left."""
    with ThreadPoolExecutor(8) as sessions:
        list(sessions.map(lambda _: counters.viewed(tmp_path, "now", at=NOON), range(100)))

    found = counters.read(tmp_path)

    assert found is not None
    assert found.page_views == {"now": 100}
    assert {path.name for path in tmp_path.iterdir()} <= {counters.FILE, counters.LOCK}


def test_a_start_counts_from_nought_and_a_stop_is_dated(tmp_path: Path) -> None:
    """The counts are those of the service that runs, or ran last."""
    counters.viewed(tmp_path, "now", at=NOON)
    counters.started(tmp_path, at=NOON)
    counters.stopped(tmp_path, at=NOON.replace(hour=13))

    assert counters.Counters("2026-01-05T12:00:00+00:00", "2026-01-05T13:00:00+00:00") == counters.read(tmp_path)


def test_a_damaged_file_is_no_count(tmp_path: Path) -> None:
    """It reads as never started, and the next view begins anew."""
    (tmp_path / counters.FILE).write_text('{"started_at": "yesterday", "page_views": 3}')

    assert counters.read(tmp_path) is None
    counters.viewed(tmp_path, "data", at=NOON)

    found = counters.read(tmp_path)
    assert found is not None
    assert found.page_views == {"data": 1}


def test_a_place_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    """The view goes on; it is only not counted."""
    (tmp_path / "file").write_text("")

    counters.viewed(tmp_path / "file" / "below", "now", at=NOON)

    assert counters.read(tmp_path / "file" / "below") is None
