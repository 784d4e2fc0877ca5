"""The core under the dialects."""

from __future__ import annotations

import numpy as np
import pytest

from spx_assets.serving.deployment import ServedModel
from spx_assets.serving.problems import Problem


def test_one_row_and_many_agree(model: ServedModel) -> None:
    """Forecast and bounds, for every horizon, level and golden row."""
    for predictor in model.predictors.values():
        rows = predictor.model.golden_rows
        for quantile in predictor.model.score_quantiles.values():
            band = predictor.many(rows, quantile)
            ones = np.array([predictor.one(row, quantile) for row in rows.tolist()])
            np.testing.assert_allclose(ones, np.column_stack(band), rtol=0, atol=1e-12)
            assert (band.lower < band.forecast).all()


def test_the_usual_level_is_ninety_per_cent(model: ServedModel) -> None:
    """And a level that the model has not is refused with those it has."""
    assert model.first.usual_level == 0.9
    with pytest.raises(Problem) as refused:
        model.first.quantile(0.42)
    assert "0.9" in (refused.value.way_out or "")


def test_a_forecast_that_is_no_number_is_refused(model: ServedModel) -> None:
    """Features near the end of double precision."""
    row = [1e308] * len(model.first.model.features)

    with pytest.raises(Problem, match="finite"):
        model.first.one(row, 1e9)
    with pytest.raises(Problem, match="finite"):
        model.first.many(np.array([row]), 1e9)


def test_features_outside_their_range_in_training_are_named(model: ServedModel) -> None:
    """One beyond the largest, in the middle of the rest."""
    core = model.first.model
    row = ((core.minima + core.maxima) / 2).tolist()
    row[2] = float(core.maxima[2]) + 1

    assert model.first.outside(row) == [core.features[2]]
