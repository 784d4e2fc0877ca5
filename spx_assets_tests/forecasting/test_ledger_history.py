"""A ledger that lost or changed what was published from it is noticed."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from spx_assets.forecasting import Published, ledger_table, lost_or_changed

RECORD: dict[str, Any] = {
    "origin": "2018-12-27",
    "target_session": "2018-12-28",
    "horizon": 1,
    "model": "ridge",
    "model_version": "m1",
    "data_version": "d1",
    "forecast": 0.001,
    "benchmark": 0.0002,
    "lower_90": -0.02,
    "upper_90": None,
    "made_at": "2018-12-27T21:00:05+00:00",
    "realised": -0.001,
    "realised_at": "2018-12-28T21:00:00+00:00",
}
SECOND = {**RECORD, "origin": "2018-12-28", "target_session": "2018-12-31", "made_at": "2018-12-28T21:00:00+00:00"}
SECOND |= {"realised": None, "realised_at": None}


def _published(*records: dict[str, Any], stored_at: str = "2018-12-28T22:00:00Z") -> Published:
    return Published("track_record v1", pd.Timestamp(stored_at), ledger_table(records))


def test_a_ledger_as_it_was_published_is_whole() -> None:
    """Also one that has grown, and has an outcome more."""
    filled = {**SECOND, "realised": 0.01, "realised_at": "2018-12-31T21:00:00+00:00"}

    assert lost_or_changed([_published(RECORD, SECOND)], [RECORD, SECOND]).empty
    assert lost_or_changed([_published(RECORD, SECOND)], [RECORD, filled]).empty
    assert lost_or_changed([_published(RECORD)], [RECORD, SECOND]).empty
    assert lost_or_changed([], [RECORD]).empty


@pytest.mark.parametrize("left", [[], [SECOND]])
def test_a_lost_forecast_is_told_once(left: list[dict[str, Any]]) -> None:
    """Though several versions have it; an empty ledger has lost everything."""
    found = lost_or_changed([_published(RECORD), _published(RECORD)], left)

    assert found["what"].tolist() == ["lost"]


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"forecast": 0.002}, "forecast"),
        ({"lower_90": -0.03}, "lower_90"),
        ({"upper_90": 0.03}, "upper_90"),
        ({"data_version": "d2"}, "data_version"),
        ({"realised": 0.001}, "realised"),
        ({"realised": None, "realised_at": None}, "realised, realised_at"),
        ({"made_at": "2018-12-28T23:00:00+00:00"}, "made_at"),
    ],
)
def test_a_changed_forecast_is_told(changed: dict[str, Any], what: str) -> None:
    """Number, bound, version, outcome or time."""
    found = lost_or_changed([_published(RECORD)], [{**RECORD, **changed}])

    assert found["what"].tolist() == [what]


def test_a_forecast_made_late_that_now_says_in_time_is_told() -> None:
    """Dated back across its outcome."""
    late = {**RECORD, "made_at": "2019-02-01T00:00:00+00:00"}

    found = lost_or_changed([_published(late, stored_at="2019-02-01T00:01:00Z")], [RECORD])

    assert found["what"].tolist() == ["made_at"]
