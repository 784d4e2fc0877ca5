"""A compiled model as a value."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from spx_assets_tests.compiled.models import ROWS, line, model, stumps


def test_the_interval_scales_with_the_volatility_known() -> None:
    """Per cent per year to the horizon's own, row by row and at once."""
    expected = ROWS[:, 2] / 100 / math.sqrt(252) * math.sqrt(5)

    np.testing.assert_array_equal(model().scale(ROWS), expected)
    assert [model().scale_one(row) for row in ROWS.tolist()] == expected.tolist()


def test_contributions_are_named_and_add_to_the_forecast() -> None:
    """For a linear model; trees have none."""
    row = ROWS[1].tolist()
    parts = model(line()).contributions(row)

    assert parts is not None
    assert list(parts) == ["momentum", "term_spread", "vix_level"]
    assert model().baseline + sum(parts.values()) == pytest.approx(model().forecast_one(row), abs=1e-15)
    assert model(stumps()).contributions(row) is None
    assert model(stumps()).baseline is None


def test_the_golden_difference_sees_both_ways_of_forecasting() -> None:
    """Zero for an intact model, and not a number where a forecast is none."""
    assert model().golden_difference < 1e-15
    moved, one_by_one = replace(line(), intercept=1.0), stumps()
    object.__setattr__(one_by_one, "_nested", [9.0, 9.0])
    assert model(line()).golden_difference < 0.5 < replace(model(), form=moved).golden_difference
    assert model(stumps()).golden_difference < 0.5 < model(one_by_one).golden_difference
    assert math.isnan(model(replace(line(), intercept=math.nan)).golden_difference)


def test_no_forecast_is_below_the_floor() -> None:
    """Of a restricted model, either way of forecasting; where the floor holds there are no parts that add up."""
    cut = replace(model(), floor=0.0101)
    free = model().forecast(ROWS)
    expected = np.maximum(free, 0.0101)

    assert (free < 0.0101).tolist() == [True, False, True]
    np.testing.assert_allclose(cut.forecast(ROWS), expected, rtol=1e-14)
    np.testing.assert_allclose([cut.forecast_one(row) for row in ROWS.tolist()], expected, rtol=1e-14)
    assert [cut.contributions(row) is None for row in ROWS.tolist()] == [True, False, True]
