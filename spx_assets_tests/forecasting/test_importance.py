"""What a fitted model listens to."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor

from spx_assets.forecasting import FittedModel, TrainedModel, evaluate, train
from spx_assets.forecasting.candidates import REFIT_EVERY
from spx_assets.forecasting.evaluate import LEVELS
from spx_assets.forecasting.importance import (
    CUTS,
    coefficient_path,
    explained_models,
    partial_dependence,
    permutation_path,
)
from spx_assets.forecasting.model_card import coefficients
from spx_assets.forecasting.train import Makers


def _table(rows: int = 600) -> pd.DataFrame:
    """The outcome is twice the first feature and nothing of the second."""
    random = np.random.default_rng(3)
    table = pd.DataFrame(
        {
            "session": pd.bdate_range("2015-01-01", periods=rows),
            "return_1": random.normal(0, 0.01, rows),
            "return_5": random.normal(0, 0.02, rows),
        }
    )
    table["target_1"] = 2 * table["return_1"] + random.normal(0, 1e-4, rows)
    return table


def _fitted(estimator: object, table: pd.DataFrame) -> FittedModel:
    X, y = table[["return_1", "return_5"]].to_numpy(), table["target_1"].to_numpy()
    return FittedModel(1, "mine", estimator.fit(X, y), ("return_1", "return_5"), {}, X[:1], y[:1])  # type: ignore[attr-defined]  # any regressor


def test_coefficients_are_refitted_with_what_was_known() -> None:
    """At each cut the slope is that of the rows before it, and a later outcome changes nothing."""
    table = _table()
    model = _fitted(make_pipeline(StandardScaler(), LinearRegression()), table)
    path = coefficient_path(model, table)
    assert len(path) == CUTS
    np.testing.assert_allclose(path["return_1"], 0.02, rtol=0.1)
    assert (path["return_5"].abs() < 1e-4).all()
    changed = table.assign(target_1=table["target_1"].where(table["session"] < path.index[-1], 9.0))
    pd.testing.assert_frame_equal(coefficient_path(model, changed), path)


@pytest.mark.parametrize("name", ["ols", "ridge", "elastic_net", "combination", "combination+ct", "ridge+ct"])
def test_the_path_ends_at_the_model_itself(cleaned: pd.DataFrame, name: str) -> None:
    """Each kind is refitted as its candidate fits it: a combination is not least squares of all features at once."""
    evaluation = evaluate(cleaned, horizons=(5,), candidates=("historical_mean", name))
    model = Makers(cleaned, evaluation, LEVELS, REFIT_EVERY).fit(name, 5)

    path = coefficient_path(model, cleaned)

    expected = pd.Series(coefficients(model))
    np.testing.assert_allclose(path.iloc[-1], expected, rtol=1e-3, atol=1e-3 * expected.abs().max())


def test_a_tree_has_no_coefficients_but_permutation_importance() -> None:
    """Shuffling what the outcome is made of costs twice its variance; shuffling noise costs nothing."""
    table = _table()
    tree = _fitted(DecisionTreeRegressor(max_depth=6, random_state=0), table)
    assert coefficient_path(tree, table).empty
    path = permutation_path(tree, table)
    assert len(path) == CUTS
    assert path["return_1"].mean() > 1.5
    assert path["return_5"].abs().max() < 0.05
    pd.testing.assert_frame_equal(permutation_path(tree, table), path)


def test_partial_dependence_of_a_line_is_the_line() -> None:
    """The slope of the forecast is the model's, whatever the other features do."""
    table = _table()
    model = _fitted(LinearRegression(), table)
    grid, response = partial_dependence(model, table, "return_1")
    np.testing.assert_allclose(np.diff(response) / np.diff(grid), model.estimator.coef_[0])


def test_where_the_mean_is_deployed_the_best_candidate_is_explained(cleaned: pd.DataFrame) -> None:
    """The card names it; a horizon of nothing but the mean is left out."""
    evaluation = evaluate(cleaned, horizons=(1,), candidates=("historical_mean", "ols"))
    trained = train(cleaned, evaluation, horizons=(1,), candidates=("historical_mean", "ols"))
    assert trained.at(1).name == "historical_mean"
    assert explained_models(cleaned, evaluation, trained)[1].name == "ols"
    alone = TrainedModel(trained.fitted, {"horizons": {"1": {"model": "historical_mean"}}})
    assert explained_models(cleaned, evaluation, alone) == {}
