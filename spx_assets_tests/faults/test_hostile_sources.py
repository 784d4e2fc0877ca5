"""A source at its worst, through the whole graph: the run fails with its reason, and what was current stays current."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from spx_assets.errors import WriteConflict
from spx_assets.home import open_store
from spx_assets.orchestration import audit
from spx_assets.settings import Settings
from spx_assets_tests.market import hostile
from spx_assets_tests.market.documents import as_bytes
from spx_assets_tests.market.hostile import Reply, Server, ok, raw, redirect, serving
from spx_assets_tests.product import materialize

ROWS = ["date,vix_close", *(f"2019-02-{day:02d},16.{day}" for day in (4, 5, 6, 7, 8))]
SOUND = as_bytes(ROWS)
CASES: dict[str, Reply] = {
    "429 with Retry-After": raw(429, b"", "Retry-After: 3600"),
    "5xx": raw(503, b""),
    "hang": hostile.hang(),
    "drip": hostile.drip(SOUND * 40),
    "cut body with Content-Length": raw(200, SOUND[:40], f"Content-Length: {len(SOUND)}"),
    "cut body without Content-Length": raw(200, SOUND[:40]),
    "HTML with 200": hostile.page(),
    "gzip bomb": hostile.bomb(),
    "redirect loop": redirect("/vix.csv"),
    "redirect to a foreign host": redirect("https://example.org/vix.csv"),
    "stale copy": ok(as_bytes(ROWS[:-2])),
}


@pytest.fixture
def home(ran: tuple[Path, dict[str, Any]], tmp_path: Path) -> Path:
    """A copy of the home in which everything was run once."""
    shutil.copytree(ran[0], tmp_path / "home", symlinks=True)
    return tmp_path / "home"


def materialized(home: Path, server: Server) -> dg.ExecuteInProcessResult:
    """`raw_market` from the server, by the code location that users have."""
    settings = Settings.load(
        {}, home=home, source=f"{server.url}/vix.csv", fetch_deadline=1, fetch_backoff=0.05, allow_loopback=True
    )
    return materialize(settings, "raw_market", raise_on_error=False)


def test_no_hostile_answer_costs_the_current_version(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sound answer is taken; then each hostile one fails the run, and the version stays, verified."""
    # That Dagster starts a failed step over, with its pauses, changes nothing of what is shown here.
    monkeypatch.setattr(audit, "TRANSIENT", (WriteConflict,))
    store = open_store(Settings.load({}, home=home))
    before = store.current("raw_market")
    answer = [ok(SOUND)]
    with serving(lambda _: answer[0]) as server:
        assert materialized(home, server).success
        current = store.current("raw_market")
        assert current not in (None, before)
        for case, reply in CASES.items():
            answer[0] = reply
            failed = materialized(home, server)
            assert not failed.success, case
            (failure,) = failed.filter_events(lambda event: event.event_type is dg.DagsterEventType.STEP_FAILURE)
            assert "FetchFailed" in failure.step_failure_data.error.to_string(), case
            assert store.current("raw_market") == current, case
        answer[0] = ok(SOUND)
        assert materialized(home, server).success
    assert store.current("raw_market") == current
    assert all(verdict.ok for verdict in store.verify("raw_market"))
