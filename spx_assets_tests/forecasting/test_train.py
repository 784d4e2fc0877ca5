"""What is chosen and fitted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spx_assets.errors import DataRefused
from spx_assets.forecasting import gates, train
from spx_assets.forecasting.skill import NO_SKILL
from spx_assets.forecasting.train import best_candidate, first_training_rows, squared_errors
from spx_assets_tests.forecasting.conftest import FIRST_TRAIN, HORIZONS, Made


def test_without_skill_the_historical_mean_is_trained(no_skill: Made) -> None:
    """A constant: the mean of every known return; and it says so verbatim."""
    for horizon, fitted in no_skill.trained.fitted.items():
        known = no_skill.cleaned[f"target_{horizon}"].mean()
        assert fitted.name == "historical_mean"
        np.testing.assert_allclose(fitted.golden_predictions, known, rtol=1e-12)
        assert NO_SKILL in no_skill.trained.card["verdict"][HORIZONS.index(horizon)]


def test_with_skill_the_best_candidate_is_trained(skilled: Made) -> None:
    """The one with the lowest squared error, fitted on every row whose return is known."""
    errors = squared_errors(skilled.evaluation, 1, ("ols", "ridge"))
    fitted = skilled.trained.fitted[1]

    assert fitted.name == errors.idxmin() != "historical_mean"
    window = skilled.trained.card["horizons"]["1"]["training_window"]
    assert window["sessions"] == len(skilled.cleaned) - 1
    assert skilled.trained.card["horizons"]["1"]["skill"] is True


def test_what_is_trained_forecasts_as_evaluated(skilled: Made) -> None:
    """At the last session forecast and bounds are those of the out-of-sample table."""
    for horizon, fitted in skilled.trained.fitted.items():
        last = skilled.rows(horizon, fitted.name).iloc[-1]
        X = skilled.cleaned[list(fitted.features)].tail(1)
        assert fitted.forecast(X.to_numpy())[0] == pytest.approx(last["forecast"], rel=1e-10)
        half_width = fitted.score_quantiles[0.9] * last["scale"]
        assert last["upper_90"] - last["forecast"] == pytest.approx(half_width, rel=1e-10)


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        ({"historical_mean": 1.0, "ols": 0.9, "ridge": 0.8}, "ridge"),
        ({"historical_mean": 1.0, "ols": 1.1, "ridge": 1.0}, "historical_mean"),
        ({"historical_mean": 1.0}, "historical_mean"),
        ({"historical_mean": np.nan, "ols": np.nan}, "historical_mean"),
    ],
)
def test_the_mean_is_kept_unless_beaten(errors: dict[str, float], expected: str) -> None:
    """A tie is not enough, nor is nothing known."""
    assert best_candidate(pd.Series(errors)) == expected


def test_a_candidate_that_is_too_good_is_set_aside_until_a_person_accepts_it(skilled: Made) -> None:
    """It is not trained nor deployed, its sentence says so, and the rest goes on; accepted, it is trained."""
    alone = train(skilled.cleaned, skilled.evaluation, horizons=HORIZONS)
    entry = alone.card["horizons"]["1"]
    refused = gates(skilled.trained, None, skilled.evaluation, skilled.cleaned)

    assert alone.fitted[1].name == "historical_mean"
    assert set(entry["too_good"]) == {"ols", "ridge"}
    assert "ridge is set aside as too good to be true" in entry["statement"]
    assert "`spx accept ridge --horizon 1 --reason" in alone.card["verdict"][0]
    assert [gate.name for gate in refused if not gate.passed] == ["plausible_skill"]
    assert skilled.trained.fitted[1].name in {"ols", "ridge"}
    assert "was accepted: planted" in skilled.trained.card["horizons"]["1"]["statement"]


def test_errors_are_compared_on_common_origins(skilled: Made) -> None:
    """A candidate with a missing forecast takes that origin out for all."""
    table = skilled.evaluation.copy()
    rows = table.index[(table["horizon"] == 1) & (table["model"] == "ridge")]
    table.loc[rows[:100], "forecast"] = np.nan

    errors = squared_errors(table, 1, ("ridge",))

    mean = table[(table["horizon"] == 1) & (table["model"] == "historical_mean")].iloc[100:]
    assert errors["historical_mean"] == pytest.approx(((mean["realised"] - mean["forecast"]) ** 2).mean())


def test_first_train_is_read_off_the_table(skilled: Made) -> None:
    """So that training repeats the evaluation's rule."""
    for horizon in HORIZONS:
        rows = skilled.rows(horizon, "ols")
        assert first_training_rows(skilled.cleaned, rows, horizon) == FIRST_TRAIN


def test_an_evaluation_of_something_else_is_refused(skilled: Made) -> None:
    """Other data, or candidates that were never evaluated."""
    with pytest.raises(DataRefused, match="not of this cleaned_data"):
        train(skilled.cleaned.iloc[:-3], skilled.evaluation, horizons=HORIZONS)
    without = skilled.evaluation.query("model != 'ols'")
    with pytest.raises(DataRefused, match="lacks forecasts 1 sessions ahead: of ols"):
        train(skilled.cleaned, without, horizons=HORIZONS, candidates=("ols", "ridge"))


def test_training_again_gives_the_same(skilled: Made) -> None:
    """No clock, no randomness."""
    again = train(
        skilled.cleaned,
        skilled.evaluation,
        horizons=HORIZONS,
        inputs={"cleaned_data": "0" * 16},
        accepted=skilled.accepted,
    )

    assert again.card == {**skilled.trained.card, "leakage_audit": []}
