"""The scikit-learn estimators of the candidates: one maker each, settings with their reasons.

scikit-learn is imported when a maker is called: it costs 0.8 CPU-s, and commands that only read tables need none.
Seeds are fixed and everything runs in one thread, so that equal rows give equal bytes.
"""

from __future__ import annotations

from typing import Any

SEED = 0


def ols() -> Any:
    """Least squares on standardised features."""
    from sklearn.linear_model import LinearRegression  # noqa: PLC0415 - see above

    return standardised(LinearRegression())


def ridge(penalty: float) -> Any:
    """Ridge on standardised features."""
    from sklearn.linear_model import Ridge  # noqa: PLC0415 - see above

    return standardised(Ridge(alpha=penalty))


def hist_gradient_boosting() -> Any:
    """Fifty shallow trees, slowly learned: daily returns hold so little signal that anything deeper fits noise.

    Stumps and small trees suit weak signals (Gu, Kelly and Xiu 2020, Review of Financial Studies 33: best depth 1-2).
    No early stopping: its validation rows are drawn at random, which does not respect time.
    """
    from sklearn.ensemble import HistGradientBoostingRegressor  # noqa: PLC0415 - see above

    return HistGradientBoostingRegressor(
        max_iter=50,
        learning_rate=0.05,
        max_depth=2,
        min_samples_leaf=50,
        max_bins=63,
        early_stopping=False,
        random_state=SEED,
    )


def random_forest() -> Any:
    """Fifty trees of depth three on a quarter of the rows each: shallow and different, as weak signals want them.

    Gu, Kelly and Xiu (2020) find depths of 1 to 5 for monthly returns, and few features tried per split.
    """
    from sklearn.ensemble import RandomForestRegressor  # noqa: PLC0415 - see above

    return RandomForestRegressor(
        n_estimators=50,
        max_depth=3,
        max_features="sqrt",
        max_samples=0.25,
        min_samples_leaf=10,
        random_state=SEED,
    )


def standardised(estimator: Any) -> Any:
    """The estimator behind a StandardScaler, which is fitted in its window like everything else."""
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415 - see above
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415 - see above

    return make_pipeline(StandardScaler(), estimator)


def line(X: Any, slopes: Any, intercept: float, estimator: Any) -> Any:
    """StandardScaler fitted on X (n, p), and `estimator` with these slopes of the standardised columns."""
    made = standardised(estimator)
    made[0].fit(X)
    estimator.coef_ = slopes
    estimator.intercept_ = float(intercept)
    estimator.n_features_in_ = X.shape[1]
    return made
