"""The model card."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from spx_assets.forecasting import r2, rmse
from spx_assets.forecasting.model_card import hyperparameters
from spx_assets_tests.forecasting.conftest import Made


def test_the_card_is_plain_json(no_skill: Made, skilled: Made) -> None:
    """Without NaN, and the same after a round trip."""
    for made in (no_skill, skilled):
        assert json.loads(json.dumps(made.trained.card, allow_nan=False)) == made.trained.card


def test_the_card_says_what_was_used(skilled: Made) -> None:
    """Window, versions, features, candidates, what it is for and where it fails."""
    card = skilled.trained.card

    assert card["data_window"] == {
        "first_session": skilled.cleaned.index[0].date().isoformat(),
        "last_session": skilled.cleaned.index[-1].date().isoformat(),
        "sessions": len(skilled.cleaned),
    }
    assert card["inputs"] == {"cleaned_data": "0" * 16}
    assert card["features"][0] == "momentum"
    assert list(card["candidates"]) == ["historical_mean", "ols", "ridge"]
    assert card["trials"]["count"] == 4
    assert card["intended_use"]
    assert card["limits"]


def test_scores_in_and_out_of_sample_are_those_of_the_model(skilled: Made) -> None:
    """Train on all known rows, test from the out-of-sample table."""
    entry, fitted = skilled.trained.card["horizons"]["1"], skilled.trained.fitted[1]
    known = skilled.cleaned.dropna()
    forecast = fitted.forecast(skilled.cleaned.iloc[:-1][list(fitted.features)].to_numpy())
    y = skilled.cleaned["target_1"].iloc[:-1]
    rows = skilled.rows(1, fitted.name)

    assert len(known) == len(skilled.cleaned) - 5
    assert entry["train"] == pytest.approx({"r2": r2(y, forecast), "rmse": rmse(y, forecast)})
    assert entry["test"]["r2"] == r2(rows["realised"], rows["forecast"])
    assert list(entry["interval_coverage"]) == ["50", "80", "90", "95"]
    assert [each["model"] for each in entry["scoreboard"]] == ["historical_mean", "ols", "ridge"]


def test_coefficients_are_per_standard_deviation(skilled: Made, no_skill: Made) -> None:
    """Of the deployed model; where that is the mean, of the best candidate, named."""
    entry = skilled.trained.card["horizons"]["1"]
    fitted, rows = skilled.trained.fitted[1], skilled.cleaned[list(skilled.trained.fitted[1].features)].iloc[:-1]
    moved = rows.assign(momentum=rows["momentum"] + rows["momentum"].std(ddof=0))

    assert entry["coefficients_of"] == entry["model"]
    difference = fitted.forecast(moved.to_numpy()) - fitted.forecast(rows.to_numpy())
    np.testing.assert_allclose(difference, entry["coefficients"]["momentum"], rtol=1e-9)
    without = no_skill.trained.card["horizons"]["1"]
    assert without["model"] == "historical_mean"
    assert without["coefficients_of"] in {"ols", "ridge"}
    assert len(without["coefficients"]) == len(no_skill.trained.card["features"])


def test_only_settings_that_were_chosen_are_named() -> None:
    """Defaults say nothing."""
    assert hyperparameters(make_pipeline(StandardScaler(), Ridge(alpha=31.6))) == {"alpha": 31.6}
    assert hyperparameters(DummyRegressor(strategy="mean")) == {}
