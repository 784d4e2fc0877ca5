"""The asset `track_record`: outcomes filled in the ledger, the record kept, and what it warns of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from spx_assets import artifacts, forecasting
from spx_assets.forecasting import TrackRecord
from spx_assets.home import open_ledger, open_store
from spx_assets.settings import Settings
from spx_assets.store.ledger import Ledger
from spx_assets.store.ledger_row import LedgerRow
from spx_assets_tests.forecasting.recorded import records
from spx_assets_tests.orchestration.conftest import Materialize, failed_checks, metadata_of


@pytest.fixture
def ledger(home: Path) -> Ledger:
    """The ledger of a home in which a run made three forecasts, with half a year of earlier ones."""
    settings = Settings.load({}, home=home)
    evaluation = artifacts.table_of(open_store(settings).read("walk_forward"))
    made = [record for horizon in (1, 5) for record in records(evaluation, horizon=horizon)]
    of_the_run = open_ledger(settings).rows()
    for file in home.glob("ledger.db*"):
        file.unlink()
    ledger = open_ledger(settings)  # made anew, in the order of time: nothing is dated back in a ledger
    ledger.append(LedgerRow.of(record, made_at=pd.Timestamp(record["made_at"]).to_pydatetime()) for record in made)
    ledger.append(of_the_run)
    return ledger


def _record(home: Path) -> TrackRecord:
    return artifacts.track_record_of(open_store(Settings.load({}, home=home)).read("track_record"))


def test_a_first_run_says_that_there_is_nothing_to_judge(home: Path) -> None:
    """Three forecasts wait for their outcomes; every table is there."""
    record = _record(home)

    assert record.statement.startswith("3 forecasts are in the ledger, and no outcome is known yet")
    assert record.scores["n"].tolist() == [0] * 6


def test_outcomes_are_filled_once_they_are_known(home: Path, ledger: Ledger, materialize: Materialize) -> None:
    """From the closes, for every span that has closed; made again, the record has the same bytes."""
    result = materialize("track_record")
    found = metadata_of(result, "track_record")

    closed = [row for row in ledger.rows() if row.realised is not None]
    assert (119 + 115) == len(closed) == found["outcomes filled"].value == found["outcomes"].value
    assert all(row.target_session <= date(2018, 12, 31) for row in closed)
    assert _record(home).forecasts["realised"].notna().sum() == len(closed)
    assert "data:image/png;base64," in found["picture"].value
    again = metadata_of(materialize("track_record"), "track_record")
    assert again["version"].value == found["version"].value
    assert not again["new_version"].value


def test_what_the_ledger_lost_or_changed_is_told(home: Path, ledger: Ledger, materialize: Materialize) -> None:
    """A ledger put in its place, with one forecast less and one outcome another: a warning, and the flow goes on."""
    materialize("track_record")
    kept = ledger.rows()[1:]
    for file in home.glob("ledger.db*"):
        file.unlink()
    other = open_ledger(Settings.load({}, home=home))
    other.append(LedgerRow(**{**vars(row), "realised": None, "realised_at": None}) for row in kept)

    result = materialize("track_record")

    (lost,) = [check for check in result.get_asset_check_evaluations() if check.check_name == "ledger_whole"]
    assert result.success
    assert not lost.passed
    assert lost.description is not None
    assert lost.description.startswith("1 forecast of 3 stored versions")

    again = materialize("track_record")

    (still,) = [check for check in again.get_asset_check_evaluations() if check.check_name == "ledger_whole"]
    assert not still.passed


def test_intervals_that_do_not_hold_and_forecasts_worse_than_the_mean_are_told(
    home: Path, ledger: Ledger, materialize: Materialize
) -> None:
    """Warned with the level and the share, never stopping the run."""
    rows = ledger.rows(horizon=1)
    wrong = [
        LedgerRow.of(
            {**row.record(), "origin": row.origin - timedelta(days=364), "forecast": 0.05, "lower_90": 0.04}
            | {"target_session": row.target_session - timedelta(days=364)},
            made_at=rows[-1].made_at,
        )
        for row in rows
    ]
    ledger.append(wrong)

    result = materialize("track_record")

    assert result.success
    warned = [check.check_name for check in result.get_asset_check_evaluations() if not check.passed]
    assert {"skill", "interval_coverage"} <= set(warned)
    assert failed_checks(result) == []


def test_a_table_that_breaks_its_contract_is_not_stored(
    home: Path, materialize: Materialize, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one check that stops something: the record before stays."""
    honest = forecasting.track_record
    before = open_store(Settings.load({}, home=home)).current("track_record")

    def broken(forecasts: pd.DataFrame, *given: pd.DataFrame) -> TrackRecord:
        return replace(honest(forecasts, *given), forecasts=forecasts.assign(horizon=0))

    monkeypatch.setattr(forecasting, "track_record", broken)

    assert "contract" in failed_checks(materialize("track_record"))
    assert before == open_store(Settings.load({}, home=home)).current("track_record")
