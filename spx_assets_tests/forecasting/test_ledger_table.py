"""The ledger as a table: which forecast counts, which was made in time, and the score to date."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from spx_assets import artifacts
from spx_assets.forecasting.ledger_table import ledger_table, scored

BASE: dict[str, Any] = {
    "origin": "2018-12-27",
    "target_session": "2018-12-28",
    "horizon": 1,
    "model": "ridge",
    "model_version": "a",
    "data_version": "d",
    "forecast": 0.01,
    "benchmark": 0.0,
    "lower_90": -0.02,
    "upper_90": 0.03,
    "lower_97.5": None,
    "upper_97.5": None,
    "made_at": "2018-12-27T21:00:05+00:00",
    "realised": 0.02,
    "realised_at": "2018-12-28T21:00:00+00:00",
}
SECOND = {"origin": "2018-12-28", "target_session": "2018-12-31", "made_at": "2018-12-28T21:00:00+00:00"}
OPEN = {"realised": None, "realised_at": None}


def test_the_table_keeps_its_contract_and_comes_back_from_its_bytes() -> None:
    """With and without outcomes, and when there is no forecast at all."""
    for records in ([BASE, BASE | SECOND | OPEN], [BASE | OPEN], []):
        table = artifacts.validated("track_record", ledger_table(records))
        for kind in ("parquet", "csv"):
            back = artifacts.read_table(artifacts.table_bytes(table, kind), kind)  # type: ignore[arg-type]
            pd.testing.assert_frame_equal(table, back, check_exact=True)


def test_the_first_forecast_of_an_origin_counts() -> None:
    """One made again, by another model, is kept and not scored."""
    table = ledger_table([BASE, BASE | {"model_version": "b", "forecast": 0.02}])

    assert table["first"].tolist() == [True, False]
    assert table["r2_os_to_date"].tolist() == pytest.approx([0.75, np.nan], nan_ok=True)
    assert scored(table)["model_version"].tolist() == ["a"]


@pytest.mark.parametrize(
    ("made_at", "outcome", "expected"),
    [
        ("2018-12-28T20:59:59+00:00", {}, True),
        ("2018-12-28T21:00:00+00:00", {}, False),
        ("2026-01-01T00:00:00+00:00", OPEN, False),
        ("2018-12-27T21:00:00.123456+00:00", OPEN, True),
        ("2018-12-28T22:00:00+00:00", {"realised_at": "2018-12-29T21:00:00+00:00"}, True),
    ],
)
def test_in_time_is_before_the_outcome_was_known(made_at: str, outcome: dict[str, Any], expected: bool) -> None:
    """Before the instant of the outcome, or of the close that will bring it."""
    table = ledger_table([BASE | {"made_at": made_at} | outcome])

    assert table["in_time"].tolist() == [expected]
    assert len(scored(table, in_time=True)) == expected


def test_the_score_runs_by_horizon() -> None:
    """R² of everything up to each forecast with an outcome; none where there is none."""
    later = BASE | SECOND | {"realised": -0.01, "forecast": 0.0, "realised_at": "2018-12-31T21:00:00+00:00"}
    other = later | {"horizon": 5, "target_session": "2019-01-07"} | OPEN

    table = ledger_table([later, BASE, other])

    assert table["origin"].is_monotonic_increasing
    assert table["r2_os_to_date"].tolist() == pytest.approx([0.75, 1 - 2e-4 / 5e-4, np.nan], nan_ok=True)


def test_when_it_was_made_leaves_no_trace_but_in_time() -> None:
    """Two runs of the same forecasts give equal bytes."""
    tables = [ledger_table([BASE | {"made_at": f"2018-12-27T21:0{minute}:00+00:00"}]) for minute in (1, 2)]

    pd.testing.assert_frame_equal(*tables, check_exact=True)
