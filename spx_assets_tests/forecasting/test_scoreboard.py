"""The scoreboard is the scores of the table's rows."""

from __future__ import annotations

import numpy as np

from spx_assets.forecasting import clark_west, hit_rate, mae, r2, r2_out_of_sample, rmse, scoreboard
from spx_assets.forecasting.scoreboard import interval_coverage
from spx_assets_tests.forecasting.conftest import Made


def test_each_row_is_scored_by_the_public_functions(skilled: Made) -> None:
    """Over forecasts whose outcome is known."""
    board = scoreboard(skilled.evaluation)

    assert board[["horizon", "model"]].to_numpy().tolist() == [
        [h, m] for h in (1, 5) for m in ("historical_mean", "ols", "ridge")
    ]
    row = board.iloc[4]
    rows = skilled.rows(5, "ols")
    y, f, b = rows["realised"], rows["forecast"], rows["benchmark"]
    test = clark_west(y, f, b, horizon=5)
    expected = [y.notna().sum(), r2(y, f), r2_out_of_sample(y, f, b), rmse(y, f), mae(y, f), hit_rate(y, f)]
    np.testing.assert_array_equal(row.iloc[2:8].astype(float), expected)
    assert (row["clark_west"], row["clark_west_p"]) == (test.statistic, test.p_value)
    assert row["coverage_90"] == interval_coverage(rows)["90"]


def test_the_benchmark_against_itself_has_no_test(skilled: Made) -> None:
    """R²_OS is exactly 0; Clark–West is not a number."""
    row = scoreboard(skilled.evaluation).iloc[0]

    assert row["r2_os"] == 0.0
    assert np.isnan(row[["clark_west", "clark_west_p"]].astype(float)).all()


def test_without_a_90_percent_interval_there_is_no_coverage(skilled: Made) -> None:
    """NaN, not a guess from another level."""
    narrow = skilled.evaluation.drop(columns=["lower_90", "upper_90"])

    assert scoreboard(narrow)[["coverage_90", "mean_width_90"]].isna().all(axis=None)
    assert list(interval_coverage(narrow)) == ["50", "80", "95"]
