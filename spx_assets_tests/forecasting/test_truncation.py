"""Forecasts made again from data cut off."""

from __future__ import annotations

import numpy as np
import pytest

from spx_assets.errors import DataRefused
from spx_assets.forecasting import prediction_truncation
from spx_assets.forecasting.truncation import Evaluate, evaluation_rules, known_at
from spx_assets_tests.forecasting.conftest import Made


def rules(made: Made) -> Evaluate:
    """How the evaluation was made."""
    return evaluation_rules(made.cleaned, made.evaluation)


def test_an_honest_evaluation_passes(skilled: Made) -> None:
    """Forecast, benchmark, scale and bounds are the same at two cuts, and at the first origin of each horizon."""
    found = prediction_truncation(skilled.cleaned, skilled.evaluation, evaluator=rules(skilled))

    assert found.passed
    assert found.largest_change <= 1e-12
    assert len(found.cuts) == 4
    assert found.forecasts > 1000


@pytest.mark.parametrize("column", ["forecast", "benchmark", "scale", "upper_90"])
def test_anything_that_saw_the_future_is_caught(column: str, skilled: Made) -> None:
    """As little as a millionth of the volatility, in one column of one model, is found and named."""
    leaked = skilled.evaluation.copy()
    rows = (leaked["model"] == "ridge") & (leaked["horizon"] == 5)
    leaked.loc[rows, column] += 1e-6 * leaked.loc[rows, "scale"]

    found = prediction_truncation(skilled.cleaned, leaked, evaluator=rules(skilled))

    assert not found.passed
    assert "ridge, 5 sessions ahead" in found.where


def test_a_number_that_came_or_went_is_a_change(skilled: Made) -> None:
    """NaN against a number is never equal."""
    leaked = skilled.evaluation.copy()
    leaked.loc[leaked.index[5], "upper_90"] = 1.0

    assert np.isinf(prediction_truncation(skilled.cleaned, leaked, evaluator=rules(skilled)).largest_change)


def test_a_cut_forgets_what_its_session_did_not_know(skilled: Made) -> None:
    """Rows after it, and outcomes of the last h rows."""
    known = known_at(skilled.cleaned, 200, [1, 5])

    assert len(known) == 201
    assert known["target_1"].isna().sum() == 1
    assert known["target_5"].isna().sum() == 5
    assert skilled.cleaned["target_5"].iloc[:201].notna().all()


def test_an_evaluation_without_forecasts_has_no_rules(skilled: Made) -> None:
    """Nothing tells its first training window."""
    with pytest.raises(DataRefused, match="holds no forecast"):
        evaluation_rules(skilled.cleaned, skilled.evaluation.iloc[:0])
