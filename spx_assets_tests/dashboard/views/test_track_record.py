"""Track record: the ledger as it was written, the walk-forward record by its name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from spx_assets.dashboard import record, stored
from spx_assets.dashboard.views import track_record
from spx_assets.dashboard.wording import percent
from spx_assets.home import open_ledger
from spx_assets.settings import Settings
from spx_assets_tests.dashboard.conftest import Look, shown
from spx_assets_tests.store.ledger_entries import MADE_AT, entry, outcome


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
    assert f"{expected.known:,}" == values["Known outcomes"]
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
    (own / "ledger.db").unlink(missing_ok=True)
    book = open_ledger(Settings.load({}, home=own))
    random = np.random.default_rng(3)
    book.append([entry(session, forecast=0.001, upper={0.9: 0.05}, lower={0.9: -0.05}) for session in range(40)])
    book.realise([outcome(session, realised=float(random.normal(0, 0.01))) for session in range(30)])

    page = look("track-record", own)

    assert not page.exception
    assert "30 with a known outcome" in shown(page)
    assert "30" in [metric.value for metric in page.metric]


def test_what_was_made_afterwards_is_named_and_not_scored(own: Path, look: Look) -> None:
    """Nothing is called in time that was written after its outcome was known."""
    (own / "ledger.db").unlink(missing_ok=True)
    book = open_ledger(Settings.load({}, home=own))
    book.append([entry(session, 2) for session in range(50)])
    late = [replace(outcome(session, 2), realised_at=MADE_AT - timedelta(days=1)) for session in range(45, 50)]
    book.realise([*(outcome(session, 2) for session in range(45)), *late])

    page = look("track-record", own)
    page.segmented_control(key="ledger horizon").set_value(2).run()

    assert "before the outcome" not in shown(page)
    assert "50 with a known outcome" in shown(page)
    assert "were written in time, before their outcome was known" in shown(page)
    assert "45" == page.metric[0].value
    assert ["afterwards"] * 5 + ["in time"] * 5 == page.table[0].value["Made"].tolist()


@pytest.mark.parametrize(("known", "cards"), [(0, 0), (19, 0), (20, 4)])
def test_of_a_handful_of_outcomes_nothing_is_scored_or_drawn(known: int, cards: int, own: Path, look: Look) -> None:
    """One outcome inside is no share of a hundred per cent; the table stays."""
    (own / "ledger.db").unlink(missing_ok=True)
    book = open_ledger(Settings.load({}, home=own))
    book.append([entry(session) for session in range(30)])
    book.realise([outcome(session) for session in range(known)])

    page = look("track-record", own)

    sentence = f"Known outcomes of forecasts made in time: {known}. Scores and charts from 20 on."
    assert (not cards) == (sentence in shown(page))
    assert cards + 4 == len(page.metric)
    assert 10 == len(page.table[0].value)


def test_a_damaged_ledger_is_told_in_a_sentence(own: Path, look: Look) -> None:
    """And the walk-forward record is still there."""
    (own / "ledger.db").write_bytes(b"not a database, by far" * 100)

    page = look("track-record", own)

    assert not page.exception
    assert page.warning
    assert "Walk-forward" in shown(page)
