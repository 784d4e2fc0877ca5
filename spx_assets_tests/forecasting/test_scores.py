"""Scores against their formulas, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import r2_score

from spx_assets.errors import DataRefused, UsageError
from spx_assets.forecasting import scores

Y = np.array([1.0, -1.0, 2.0, np.nan])
F = np.array([0.5, -1.0, -1.0, 9.0])
B = np.array([0.0, 0.5, 0.0, 9.0])


def test_errors_by_hand() -> None:
    """Errors 0.5, 0, 3; the row without an outcome does not count."""
    assert scores.rmse(Y, F) == pytest.approx(math.sqrt(9.25 / 3))
    assert scores.mae(Y, F) == pytest.approx(3.5 / 3)


def test_r2_out_of_sample_by_hand() -> None:
    """1 − 9.25 / (1 + 2.25 + 4)."""
    assert scores.r2_out_of_sample(Y, F, B) == pytest.approx(1 - 9.25 / 7.25)
    assert scores.r2_out_of_sample(Y, B, B) == 0


def test_r2_is_the_one_of_scikit_learn_and_not_out_of_sample() -> None:
    """Its benchmark is the mean of the outcomes, known only afterwards."""
    assert scores.r2(Y, F) == pytest.approx(r2_score(Y[:3], F[:3]))
    assert scores.r2(Y, F) != pytest.approx(scores.r2_out_of_sample(Y, F, B))


def test_signs() -> None:
    """Up means above zero; zero is not up."""
    assert scores.hit_rate(Y, F) == pytest.approx(2 / 3)
    assert scores.hit_rate([0.0, 1.0], [-1.0, 0.0]) == 0.5
    assert scores.always_up_rate(Y) == pytest.approx(2 / 3)


def test_cumulative_difference_rises_where_the_forecast_beats_the_benchmark() -> None:
    """0.75, + 2.25, − 5; an unknown outcome adds nothing."""
    np.testing.assert_allclose(scores.cumulative_sse_difference(Y, F, B), [0.75, 3.0, -2.0, -2.0])


def test_nothing_known_scores_nan() -> None:
    """Not zero, not an error."""
    empty = np.full(3, np.nan)

    found = [
        scores.rmse(empty, F[:3]),
        scores.mae(empty, F[:3]),
        scores.r2(empty, F[:3]),
        scores.r2_out_of_sample(empty, F[:3], B[:3]),
        scores.hit_rate(empty, F[:3]),
        scores.always_up_rate(empty),
    ]

    assert all(math.isnan(score) for score in found)


def test_unequal_lengths_are_refused() -> None:
    """Rows are matched by position."""
    with pytest.raises(UsageError, match="equally long"):
        scores.rmse(Y, F[:2])


def test_what_no_score_can_be_made_of_is_refused() -> None:
    """Infinite numbers, vectors of different lengths, and losses that nobody knows."""
    with pytest.raises(DataRefused, match="infinite first at row 1"):
        scores.rmse([0.0, np.inf], [0.0, 0.0])
    with pytest.raises(UsageError, match=r"lengths \[2, 1, 2\]"):
        scores.cumulative_sse_difference([0.0, 1.0], [0.0], [0.0, 0.0])
    with pytest.raises(UsageError, match="squared, absolute"):
        scores.loss_power("cubic")
