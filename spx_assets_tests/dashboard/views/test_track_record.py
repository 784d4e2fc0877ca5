"""Track record: the ledger as it was written, the walk-forward record by its name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from spx_assets.dashboard import record, stored
from spx_assets.dashboard.views import track_record
from spx_assets.dashboard.wording import percent
from spx_assets.home import open_ledger
from spx_assets.settings import Settings
from spx_assets_tests.dashboard.conftest import Look, shown
from spx_assets_tests.store.ledger_entries import entry, outcome


def test_an_empty_ledger_is_told_and_the_walk_forward_record_named(own: Path, look: Look) -> None:
    """Nobody takes a record made in hindsight for a live one."""
    (own / "ledger.db").unlink(missing_ok=True)

    page = look("track-record", own)

    assert not page.exception
    assert "No forecast was recorded yet." in shown(page)
    assert "Not a live record: made afterwards" in shown(page)


def test_the_walk_forward_scores_are_those_of_the_table(kept: Path, settings: Settings, look: Look) -> None:
    """The best candidate first, with its R² out of sample."""
    table = stored.current(settings, "walk_forward").table
    best = record.best_first(table, horizon=5)[0]
    expected = record.summary(record.of(table, horizon=5, model=best), horizon=5, level=0.9)

    page = look("track-record", kept)
    page.segmented_control(key="walk_forward horizon").set_value(5).run()

    values = {metric.label: metric.value for metric in page.metric}
    assert f"{expected.known:,}" == values["Forecasts with a known outcome"]
    assert percent(expected.r2_os) == values["R² out of sample"]


def test_of_a_long_record_the_newest_part_is_drawn(
    kept: Path, settings: Settings, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And said to be a part; the scores are of all."""
    table = stored.current(settings, "walk_forward").table
    rows = record.of(table, horizon=1, model=record.best_first(table, horizon=1)[0])
    monkeypatch.setattr(track_record, "DRAWN", 100)

    page = look("track-record", kept)

    assert f"The newest 100 of {len(rows):,} forecasts." in shown(page)
    assert f"{rows['realised'].notna().sum():,}" in [metric.value for metric in page.metric]


def test_the_ledger_is_scored_once_outcomes_are_known(own: Path, look: Look) -> None:
    """Forecasts, outcomes and running scores of the ledger's own rows."""
    book = open_ledger(Settings.load({}, home=own))
    random = np.random.default_rng(3)
    book.append([entry(session, forecast=0.001, upper={0.9: 0.05}, lower={0.9: -0.05}) for session in range(40)])
    book.realise([outcome(session, realised=float(random.normal(0, 0.01))) for session in range(30)])

    page = look("track-record", own)

    assert not page.exception
    assert "30 with a known outcome" in shown(page)
    assert "30" in [metric.value for metric in page.metric]


def test_a_damaged_ledger_is_told_in_a_sentence(own: Path, look: Look) -> None:
    """And the walk-forward record is still there."""
    (own / "ledger.db").write_bytes(b"not a database, by far" * 100)

    page = look("track-record", own)

    assert not page.exception
    assert page.warning
    assert "Walk-forward" in shown(page)
