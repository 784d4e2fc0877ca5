"""What exactness costs: `walk_forward` on its exact path against scikit-learn refitted at every origin.

Both in this process with one thread of linear algebra, in CPU seconds. The loop is run in full at 5,000 rows
and at every 40th origin at 20,000 (then scaled up, and marked). Printed too: the largest difference of the
forecasts in deviations of the target, a grid of penalties, the evaluation of the embedded data, and, with
`--large`, a million rows with the memory they take beyond the data.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from spx_assets import features, forecasting, market
from spx_assets.forecasting import walk_forward, walk_forward_penalties
from spx_assets.forecasting.penalty import PENALTIES

FIRST_TRAIN = 504
PREDICTORS = 20
RIDGE = make_pipeline(StandardScaler(), Ridge(alpha=100.0))
OLS = make_pipeline(StandardScaler(), LinearRegression())

# name, estimator, rows, horizon, window, the loop runs at every …th origin
CASES: tuple[tuple[str, Any, int, int, int | None, int], ...] = (
    ("ridge, expanding", RIDGE, 5_000, 1, None, 1),
    ("ridge, expanding", RIDGE, 5_000, 21, None, 1),
    ("ridge, rolling 1,000", RIDGE, 5_000, 1, 1_000, 1),
    ("ridge, rolling 1,000", RIDGE, 5_000, 21, 1_000, 1),
    ("ols, expanding", OLS, 5_000, 1, None, 1),
    ("ols, rolling 1,000", OLS, 5_000, 1, 1_000, 1),
    ("ridge, expanding", RIDGE, 20_000, 1, None, 40),
    ("ols, expanding", OLS, 20_000, 1, None, 40),
)


def panel(rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Predictors of scales 10⁻⁴ to 10⁴ (condition number 10⁸ and more), half a per cent of R²."""
    random = np.random.default_rng(0)
    values = random.standard_normal((rows, PREDICTORS))
    y = np.sqrt(0.005) * values[:, 0] + random.standard_normal(rows)
    return values * np.logspace(-4, 4, PREDICTORS), y


def cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of a call, and what it gave."""
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def loop(X: np.ndarray, y: np.ndarray, estimator: Any, horizon: int, window: int | None, every: int) -> pd.Series:
    """A clone of the estimator fitted and asked at every `every`-th origin."""
    made = {}
    for t in range(FIRST_TRAIN + horizon - 1, len(y), every):
        stop = t - horizon + 1
        first = 0 if window is None else max(stop - window, 0)
        made[t] = clone(estimator).fit(X[first:stop], y[first:stop]).predict(X[t : t + 1])[0]
    return pd.Series(made)


def compare() -> None:
    """One line per case."""
    print(f"{'':22} {'rows':>7} {'h':>3} {'ours s':>8} {'loop s':>8} {'ratio':>6} {'difference':>11}")
    walk_forward(*panel(700), RIDGE, first_train=FIRST_TRAIN)  # the first call pays for imports
    for name, estimator, rows, horizon, window, every in CASES:
        X, y = panel(rows)
        rules = {"first_train": FIRST_TRAIN, "horizon": horizon, "window": window}
        ours = min(cpu(lambda: walk_forward(X, y, estimator, **rules))[0] for _ in range(3))  # noqa: B023 - called at once
        forecast = walk_forward(X, y, estimator, **rules)["forecast"]
        theirs, expected = cpu(lambda: loop(X, y, estimator, horizon, window, every))  # noqa: B023 - called at once
        theirs *= len(forecast) / len(expected)
        difference = np.max(np.abs(forecast.loc[expected.index] - expected)) / y.std()
        mark = "" if every == 1 else f"  (loop at every {every}th origin, scaled up)"
        print(
            f"{name:22} {rows:7,} {horizon:3} {ours:8.3f} {theirs:8.2f} {theirs / ours:6.0f} {difference:11.1e}{mark}"
        )


def grid() -> None:
    """A whole grid of penalties against one."""
    X, y = panel(5_000)
    one = min(cpu(lambda: walk_forward(X, y, RIDGE, first_train=FIRST_TRAIN))[0] for _ in range(3))
    many, _ = cpu(lambda: walk_forward_penalties(X, y, PENALTIES, first_train=FIRST_TRAIN))
    print(f"\n{len(PENALTIES)} penalties at once, 5,000 rows: {many:.3f} CPU-s, {many / one:.1f} times one")


def embedded() -> None:
    """Evaluate and train on the embedded data, all horizons and candidates."""
    observations = market.read_source("sample", now=pd.Timestamp("2026-01-01", tz="UTC")).observations
    cleaned = features.build(observations)
    evaluation_s, evaluation = cpu(lambda: forecasting.evaluate(cleaned))
    training_s, _ = cpu(lambda: forecasting.train(cleaned, evaluation))
    shape = f"{len(cleaned):,} sessions × {len(features.feature_names(cleaned))} features, 3 horizons"
    print(f"\nembedded data, {shape}: evaluate {evaluation_s:.2f} CPU-s, train {training_s:.2f}")
    print(forecasting.scoreboard(evaluation).round(4).to_string(index=False))


def large() -> None:
    """Time, and memory beyond the data, as rows grow tenfold."""
    print(f"\n{'rows':>9} {'CPU s':>7} {'µs a row':>9} {'MB beyond the data':>19}")
    for rows in (100_000, 1_000_000):
        X, y = panel(rows)
        seconds, _ = cpu(lambda: walk_forward(X, y, RIDGE, first_train=FIRST_TRAIN))  # noqa: B023 - called at once
        tracemalloc.start()
        walk_forward(X, y, RIDGE, first_train=FIRST_TRAIN)
        beyond = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
        print(f"{rows:9,} {seconds:7.1f} {1e6 * seconds / rows:9.1f} {beyond:19.0f}")


def main() -> None:
    """Print every table."""
    with threadpool_limits(limits=1, user_api="blas"):
        compare()
        grid()
        embedded()
        if "--large" in sys.argv:
            large()


if __name__ == "__main__":
    main()
