"""Running scores against the same figures computed another way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spx_assets.dashboard import record
from spx_assets.forecasting import r2_out_of_sample


@pytest.fixture
def rows() -> pd.DataFrame:
    """400 forecasts of one session, the last ten without an outcome, the first sixty without an interval."""
    random = np.random.default_rng(1)
    realised = random.normal(0.0003, 0.01, 400)
    realised[390:] = np.nan
    half = np.where(np.arange(400) < 60, np.nan, 0.0164)
    forecast = random.normal(0.0003, 0.002, 400)
    return pd.DataFrame(
        {
            "origin": pd.bdate_range("2020-01-01", periods=400),
            "realised": realised,
            "forecast": forecast,
            "benchmark": 0.0003,
            "lower_90": forecast - half,
            "upper_90": forecast + half,
        }
    )


def test_the_running_r2_ends_at_the_r2_of_all(rows: pd.DataFrame) -> None:
    """And is silent before the twentieth."""
    scores = record.running(rows, level=0.9)

    known = rows.dropna(subset=["realised"])
    expected = r2_out_of_sample(known["realised"], known["forecast"], known["benchmark"])
    assert expected == pytest.approx(scores["r2_os"].iloc[-1])
    assert scores["r2_os"].iloc[: record.FEWEST - 1].isna().all()
    assert np.isfinite(scores["r2_os"].iloc[record.FEWEST - 1])
    assert len(scores) == 390


def test_the_running_coverage_is_that_of_the_last_252(rows: pd.DataFrame) -> None:
    """Counted over forecasts that had an interval."""
    known = rows.dropna(subset=["realised"]).tail(record.RUNNING_FORECASTS)
    expected = known["realised"].between(known["lower_90"], known["upper_90"]).mean()

    assert expected == pytest.approx(record.running(rows, level=0.9)["coverage"].iloc[-1])


def test_the_summary_counts_what_waits(rows: pd.DataFrame) -> None:
    """Known and waiting forecasts, and nothing where there is nothing."""
    found = record.summary(rows, horizon=1, level=0.9)
    nothing = record.summary(rows.assign(realised=np.nan), horizon=1, level=0.9)

    assert (390, 10) == (found.known, found.waiting)
    assert 0 <= found.clark_west_p <= 1
    assert 0.8 < found.coverage <= 1
    assert np.isnan(nothing.r2_os)
    assert np.isnan(nothing.coverage)


def test_the_benchmark_against_itself_has_no_test(rows: pd.DataFrame) -> None:
    """Its R² is nought by definition, and Clark–West is undefined."""
    found = record.summary(rows.assign(forecast=rows["benchmark"]), horizon=1, level=0.9)

    assert found.r2_os == 0.0
    assert np.isnan(found.clark_west_p)


def test_every_outcome_has_a_word(rows: pd.DataFrame) -> None:
    """Inside, outside, without interval, not yet known."""
    words = record.with_verdict(rows, level=0.9)["outcome"]

    assert (words.iloc[:60] == "no interval yet").all()
    assert (words.iloc[390:] == "not yet known").all()
    assert {"inside", "outside"} == set(words.iloc[60:390])


def test_the_best_candidate_comes_first_and_the_benchmark_last(rows: pd.DataFrame) -> None:
    """By squared error over the known outcomes."""
    good = rows.assign(model="ridge", horizon=1, forecast=rows["realised"].fillna(0))
    poor = rows.assign(model="ols", horizon=1)
    mean = rows.assign(model="historical_mean", horizon=1, forecast=rows["benchmark"])

    assert ["ridge", "ols", "historical_mean"] == record.best_first(pd.concat([mean, poor, good]), horizon=1)
    assert len(record.of(pd.concat([poor, good]), horizon=1, model="ols")) == 400
