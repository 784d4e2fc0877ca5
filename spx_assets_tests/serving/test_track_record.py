"""The ledger over HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from spx_assets.serving.track_record import changed_at, document, ledger_rows, score
from spx_assets.settings import Settings
from spx_assets.store.ledger_row import LedgerRow
from spx_assets_tests.serving.running import Running

ROW = LedgerRow(
    origin=date(2026, 1, 5),
    target_session=date(2026, 1, 6),
    horizon=1,
    model="ridge",
    model_version="m",
    data_version="d",
    forecast=0.01,
    benchmark=0.0,
    made_at=datetime(2026, 1, 5, 22, tzinfo=UTC),
    lower={0.9: -0.01},
    upper={0.9: 0.03},
)
FILLED = replace(ROW, realised=0.02, realised_at=datetime(2026, 1, 6, 22, tzinfo=UTC))


def test_the_forecasts_of_a_run_are_in_it(served: Running) -> None:
    """Unrealised, with a score that claims nothing."""
    shown = served.get("/v1/track-record?horizon=5").json()

    assert (shown["forecasts"], shown["realised"]) == (1, 0)
    assert (shown["rows"][0]["horizon"], shown["scores"][0]["r2_os"]) == (5, None)
    assert "none is known yet" in shown["scores"][0]["statement"]
    assert served.get("/v1/track-record?limit=0").status_code == 422


def test_asking_makes_no_ledger(tmp_path: Path) -> None:
    """A home without forecasts has no rows, and stays as it was."""
    settings = Settings.load({}, home=tmp_path / "home")

    assert ledger_rows(settings, None) == []
    assert not settings.home.exists()


def test_scores_are_those_of_the_outcomes_that_are_known() -> None:
    """By hand: errors of 0.01 and 0.04 against 0.02 and 0.03."""
    other = replace(FILLED, realised=-0.03)

    found = score(1, [FILLED, other, ROW])

    assert found["realised"] == 2
    assert found["r2_os"] == pytest.approx(1 - (0.01**2 + 0.04**2) / (0.02**2 + 0.03**2))
    assert (found["hit_rate"], found["coverage_90"]) == (0.5, 0.5)


def test_the_newest_rows_are_shown_and_tell_when_they_changed() -> None:
    """The score is over all."""
    shown = document([FILLED, ROW], limit=1)

    assert [each["realised"] for each in shown["rows"]] == [None]
    assert shown["realised"] == 1
    assert changed_at([FILLED, ROW]) == FILLED.realised_at
