"""The figure of the track record: what it shows of a record, and what of one that has just begun."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from spx_assets.forecasting import TrackRecord, evaluate, ledger_table, track_record
from spx_assets.reporting.figures.track_record import MOST_FEATURES, TITLE, track_record_plate
from spx_assets_tests.forecasting.recorded import records
from spx_assets_tests.reporting.drawn import axes_of, outside, overlaps, picture, printed


@pytest.fixture(scope="module")
def record(cleaned: pd.DataFrame) -> TrackRecord:
    """Half a year of forecasts of one horizon."""
    evaluation = evaluate(cleaned, horizons=(1,), candidates=("ridge",))
    return track_record(ledger_table(records(evaluation)), cleaned, evaluation)


def test_a_record_shows_forecasts_error_saved_and_what_moved(record: TrackRecord) -> None:
    """A row of two panels for the horizon, and the features under it."""
    axes = axes_of(track_record_plate(record))

    titles = [each.get_title(loc="left") for each in axes]
    assert ["Next session: forecast and outcome, %", "Squared error saved, %²"] == titles[:2]
    assert len(axes[2].patches) == MOST_FEATURES
    assert record.statement in track_record_plate(record).caption


def test_a_record_without_outcomes_shows_what_moved(record: TrackRecord) -> None:
    """And its caption says that there is nothing to judge yet."""
    begun = replace(record, forecasts=record.forecasts.assign(realised=float("nan")))

    plate = track_record_plate(begun)

    assert len(axes_of(plate)) == 1
    assert "nothing to judge" in plate.caption


def test_a_record_of_nothing_is_a_sentence(record: TrackRecord) -> None:
    """Neither outcomes nor features: the plate is absent."""
    nothing = replace(record, forecasts=record.forecasts.head(0), drift=record.drift.head(0))

    plate = track_record_plate(nothing)

    assert plate.draw is None
    assert (TITLE, nothing.statement) == (plate.title, plate.caption)


def test_no_text_overlaps_another(record: TrackRecord) -> None:
    """Also with three horizons under each other."""
    three = [record.forecasts.assign(horizon=horizon) for horizon in (1, 5, 21)]
    figure = picture(track_record_plate(replace(record, forecasts=pd.concat(three))))

    assert overlaps(printed(figure)) == []
    assert outside(printed(figure), figure) == []
