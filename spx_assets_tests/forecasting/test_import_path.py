"""Regressors by import path."""

from __future__ import annotations

import pytest

from spx_assets.errors import UsageError
from spx_assets.forecasting.import_path import estimator_at, is_import_path


def test_a_path_with_settings_is_read_as_a_call() -> None:
    """Literals by keyword; a seed that is not given is fixed."""
    forest = estimator_at("sklearn.ensemble.ExtraTreesRegressor(n_estimators=7, max_depth=2)")

    assert (forest.n_estimators, forest.max_depth, forest.random_state) == (7, 2, 0)
    assert estimator_at("sklearn.linear_model.HuberRegressor").epsilon == 1.35


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sklearn.linear_model.Lasso(print('x'))", "by name"),
        ("sklearn.linear_model.Lasso(alpha=open('x'))", "names no regressor"),
        ("sklearn.linear_model.Lasso(alpha=1", "names no regressor"),
        ("(lambda: 1).x", "no dotted name"),
        ("sklearn.linear_model.Nothing", "There is no"),
        ("no_such_package.Thing", "There is no"),
        ("sklearn.linear_model.LogisticRegression", "is no regressor"),
        ("sklearn.metrics.r2_score", "is no class"),
        ("sklearn.linear_model.Lasso(colour='red')", "cannot be made"),
        ("os.PathLike", "cannot be made"),
    ],
)
def test_everything_else_is_refused(text: str, says: str) -> None:
    """Code, half a call, nothing there, a classifier, a function, a foreign setting, a foreign class."""
    with pytest.raises(UsageError, match=says):
        estimator_at(text)


def test_names_of_candidates_are_no_paths() -> None:
    """A dot before the bracket makes one."""
    assert is_import_path("sklearn.linear_model.Lasso(alpha=0.5)")
    assert not is_import_path("ridge+ct")
    assert not is_import_path("ridge(alpha=0.5)")
