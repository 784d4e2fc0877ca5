"""A trained model as a value and as files."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from spx_assets.errors import DataRefused, ModelRefused, UsageError
from spx_assets.forecasting import (
    TrainedModel,
    predict,
    trained_model_files,
    trained_model_from_files,
    volatility_scale,
)
from spx_assets_tests.forecasting.conftest import Made


def test_files_are_named_by_horizon(skilled: Made) -> None:
    """Estimator and record per horizon, and the card."""
    assert sorted(trained_model_files(skilled.trained)) == [
        "horizon_1.json",
        "horizon_1.skops",
        "horizon_5.json",
        "horizon_5.skops",
        "model_card.json",
    ]


def test_files_come_back_as_the_same_model(skilled: Made) -> None:
    """Same forecasts to the last bit, same intervals, and the same files again."""
    files = trained_model_files(skilled.trained)

    again = trained_model_from_files(files)

    assert trained_model_files(again) == files
    for horizon in (1, 5):
        pd.testing.assert_frame_equal(
            predict(again, skilled.cleaned, horizon),
            predict(skilled.trained, skilled.cleaned, horizon),
            check_exact=True,
        )


def test_predictions_carry_scaled_intervals(skilled: Made) -> None:
    """Half-widths are the quantile times the volatility known at the row; columns may come in any order."""
    rows = skilled.cleaned.tail(7)
    shuffled = rows[rows.columns[::-1]]

    found = predict(skilled.trained, shuffled, 1, levels=[0.8])

    fitted = skilled.trained.fitted[1]
    assert found.columns.tolist() == ["forecast", "lower_80", "upper_80"]
    np.testing.assert_array_equal(found["forecast"], fitted.estimator.predict(rows[list(fitted.features)].to_numpy()))
    width = 2 * fitted.score_quantiles[0.8] * volatility_scale(rows, 1)
    np.testing.assert_allclose(found["upper_80"] - found["lower_80"], width, rtol=1e-12)


def test_impossible_predictions_are_refused(skilled: Made) -> None:
    """Unknown horizon or level, a feature missing, a feature not finite."""
    rows = skilled.cleaned.tail(2)

    with pytest.raises(UsageError, match="Choose from 1, 5"):
        predict(skilled.trained, rows, 2)
    with pytest.raises(UsageError, match=r"no 0\.7 interval"):
        predict(skilled.trained, rows, 1, levels=[0.7])
    with pytest.raises(DataRefused, match="momentum"):
        predict(skilled.trained, rows.drop(columns="momentum"), 1)
    with pytest.raises(DataRefused, match="missing or infinite features: momentum"):
        predict(skilled.trained, rows.assign(momentum=[0.0, np.nan]), 1)


def test_a_model_that_changed_is_refused(skilled: Made) -> None:
    """Golden predictions are re-checked on every read: a swapped estimator does not pass."""
    files = trained_model_files(skilled.trained)
    swapped = files | {"horizon_1.skops": files["horizon_5.skops"]}

    with pytest.raises(ModelRefused, match="does not reproduce its golden predictions"):
        trained_model_from_files(swapped)


def test_golden_predictions_that_are_not_numbers_are_refused(skilled: Made) -> None:
    """NaN equals nothing, so it may not pass for agreement."""
    golden = np.full_like(skilled.trained.fitted[1].golden_predictions, np.nan)
    broken = replace(skilled.trained.fitted[1], golden_predictions=golden)
    record = json.loads(trained_model_files(skilled.trained)["horizon_1.json"])
    record["golden_predictions"] = golden.tolist()
    files = trained_model_files(skilled.trained) | {"horizon_1.json": json.dumps(record).encode()}

    assert np.isnan(broken.golden_difference)
    with pytest.raises(ModelRefused):
        trained_model_from_files(files)


@pytest.mark.parametrize("missing", ["model_card.json", "horizon_1.json", "horizon_5.skops"])
def test_incomplete_files_are_refused(missing: str, skilled: Made) -> None:
    """Whichever is missing."""
    files = trained_model_files(skilled.trained)
    del files[missing]

    with pytest.raises(ModelRefused, match="incomplete or damaged"):
        trained_model_from_files(files)


def test_too_few_errors_leave_no_interval(skilled: Made) -> None:
    """A quantile that is not known is null in the file and NaN in the bounds."""
    fitted = replace(skilled.trained.fitted[1], score_quantiles={0.9: float("nan")})
    files = trained_model_files(TrainedModel({1: fitted, 5: skilled.trained.fitted[5]}, skilled.trained.card))

    found = predict(trained_model_from_files(files), skilled.cleaned.tail(1), 1)

    assert found["forecast"].notna().all()
    assert found[["lower_90", "upper_90"]].isna().all(axis=None)
