"""Tables like `cleaned_data` with a known amount of skill, and scikit-learn refitted in the plainest way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn import config_context
from sklearn.base import clone

from spx_assets.forecasting.panel import Floats
from spx_assets.market import calendar


def cleaned_like(*, rows: int = 420, features: int = 6, r2: float = 0.0, seed: int = 0) -> pd.DataFrame:
    """Features, of which `momentum` explains `r2` of the next session's return, and targets for 1 and 5 sessions."""
    random = np.random.default_rng(seed)
    values = random.standard_normal((rows, features))
    volatility = 0.01 * np.exp(0.3 * np.sin(np.arange(rows) / 40))
    noise = random.standard_normal(rows)
    following = 0.0003 + volatility * (np.sqrt(r2) * values[:, 0] + np.sqrt(1 - r2) * noise)
    level = np.concatenate(([0.0], np.cumsum(following)))
    sessions = calendar.sessions("2010-01-04", "2020-12-31")[:rows]
    columns = {"momentum": values[:, 0]} | {f"noise_{i}": values[:, i] for i in range(1, features)}
    table = pd.DataFrame(columns, index=sessions)
    table["vix_level"] = 100 * np.sqrt(252) * volatility * np.exp(0.1 * random.standard_normal(rows))
    table["realized_volatility_22"] = volatility
    for horizon in (1, 5):
        ahead = np.full(rows, np.nan)
        ahead[: rows + 1 - horizon - 1] = level[horizon:rows] - level[: rows - horizon]
        table[f"target_{horizon}"] = ahead
    table.insert(0, "session", sessions.to_numpy())
    return table


def refitted(
    X: Floats,
    y: Floats,
    estimator: Any,
    *,
    first_train: int,
    horizon: int = 1,
    step: int = 1,
    window: int | None = None,
) -> Floats:
    """What `walk_forward` must equal, in the plainest way: fit a clone at every refit and predict its origins."""
    made = []
    fitted = None
    with config_context(assume_finite=True, skip_parameter_validation=True):
        for t in range(first_train + horizon - 1, len(y)):
            if (t - first_train - horizon + 1) % step == 0:
                stop = t - horizon + 1
                rows = np.arange(0 if window is None else max(stop - window, 0), stop)
                rows = rows[np.isfinite(X[rows]).all(axis=1) & np.isfinite(y[rows])]
                fitted = clone(estimator).fit(X[rows], y[rows])
            assert fitted is not None
            made.append(fitted.predict(X[[t]])[0] if np.isfinite(X[t]).all() else np.nan)
    return np.array(made)


def relative_difference(actual: Floats, expected: Floats, y: Floats) -> float:
    """Largest difference, relative to the forecast or to the size of the target where that is larger."""
    assert np.array_equal(np.isnan(actual), np.isnan(expected))
    size = np.maximum(np.abs(expected), np.sqrt(np.nanmean(y**2)))
    return float(np.nanmax(np.abs(actual - expected) / size))
