"""What exactness costs: `walk_forward` on its exact path against those who refit or recurse, on the same work.

All in this process with one thread of linear algebra, in CPU seconds. scikit-learn's loop refits at every origin
in full at 5,000 rows and at every 40th origin at 20,000 (then scaled up, and marked); statsmodels' RollingOLS and
RecursiveLS give the same forecasts of least squares. The difference is the largest between the forecasts, in
deviations of the target. Then a grid of penalties, the embedded data, and rows growing to a million, each size in
a process of its own, with the memory it takes at its peak.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from statsmodels.regression.recursive_ls import RecursiveLS
from statsmodels.regression.rolling import RollingOLS
from threadpoolctl import threadpool_limits

from spx_assets import features, forecasting, market
from spx_assets.features.families import FAMILIES
from spx_assets.features.point_in_time import Sessions, point_in_time
from spx_assets.forecasting import walk_forward, walk_forward_penalties
from spx_assets.forecasting.penalty import PENALTIES

FIRST_TRAIN = 504
PREDICTORS = 20
RIDGE = make_pipeline(StandardScaler(), Ridge(alpha=100.0))
OLS = make_pipeline(StandardScaler(), LinearRegression())

EXPANDING, ROLLING = None, 1_000
# name, estimator, rows, horizon, window, the loop runs at every …th origin
CASES: tuple[tuple[str, Any, int, int, int | None, int], ...] = (
    ("ridge", RIDGE, 5_000, 1, EXPANDING, 1),
    ("ridge", RIDGE, 5_000, 21, EXPANDING, 1),
    ("ridge", RIDGE, 5_000, 1, ROLLING, 1),
    ("ridge", RIDGE, 5_000, 21, ROLLING, 1),
    ("ols", OLS, 5_000, 1, EXPANDING, 1),
    ("ols", OLS, 5_000, 1, ROLLING, 1),
    ("ridge", RIDGE, 20_000, 1, EXPANDING, 40),
    ("ridge", RIDGE, 20_000, 1, ROLLING, 40),
    ("ols", OLS, 20_000, 1, EXPANDING, 40),
    ("ols", OLS, 20_000, 1, ROLLING, 40),
)
MEMORY = (("data", 9), ("beyond", 11), ("peak", 13))  # of one size: what, and the width of its column
SIZES = (10_000, 100_000, 1_000_000)
BAR_FAMILIES = ("price", "realized volatility", "range volatility", "volume")


def panel(rows: int, decades: float = 8.0) -> tuple[np.ndarray, np.ndarray]:
    """Predictors whose scales span `decades` powers of ten, as does their condition number; half a per cent of R²."""
    random = np.random.default_rng(0)
    values = random.standard_normal((rows, PREDICTORS))
    y = np.sqrt(0.005) * values[:, 0] + random.standard_normal(rows)
    values *= np.logspace(-decades / 2, decades / 2, PREDICTORS)  # in place: the peak of memory is measured
    return values, y


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


def rolling_ols(X: np.ndarray, y: np.ndarray) -> pd.Series:
    """Forecasts of statsmodels' RollingOLS, for the origins whose window is full."""
    design = np.column_stack((np.ones(len(y)), X))
    slopes = RollingOLS(y, design, window=ROLLING).fit(params_only=True).params
    return pd.Series(np.einsum("np,np->n", design[1:], slopes[:-1]), index=np.arange(1, len(y)))[ROLLING - 1 :]


def recursive_ls(X: np.ndarray, y: np.ndarray) -> pd.Series:
    """Forecasts of statsmodels' RecursiveLS."""
    design = np.column_stack((np.ones(len(y)), X))
    slopes = RecursiveLS(y, design).fit().recursive_coefficients.filtered.T
    return pd.Series(np.einsum("np,np->n", design[1:], slopes[:-1]), index=np.arange(1, len(y)))[FIRST_TRAIN - 1 :]


def line(
    name: str, peer: str, data: tuple[np.ndarray, np.ndarray], case: tuple[Any, int, int | None, int], work: Any
) -> None:
    """Measure one case and print it."""
    (X, y), (estimator, horizon, window, every) = data, case
    rules: dict[str, Any] = {"first_train": FIRST_TRAIN, "horizon": horizon, "window": window}
    ours, forecast = min(
        (cpu(lambda: walk_forward(X, y, estimator, **rules)) for _ in range(3)), key=lambda run: run[0]
    )
    theirs, expected = cpu(lambda: work(X, y))
    theirs *= every
    difference = np.max(np.abs(forecast["forecast"].loc[expected.index] - expected)) / y.std()
    condition = np.linalg.cond(X - X.mean(axis=0))
    mark = "" if every == 1 else f"  (every {every}th, scaled up)"
    print(
        f"{name:6} {len(y):7,} {horizon:3} {window or 'all':>6} {peer:24} {ours:7.3f} {theirs:8.2f} "
        f"{theirs / ours:6.0f} {difference:10.1e} {condition:9.0e}{mark}",
        flush=True,
    )


def compare() -> None:
    """One line per case and peer."""
    print(
        f"{'':6} {'rows':>7} {'h':>3} {'window':>6} {'against':24} {'ours s':>7} {'theirs s':>8} {'ratio':>6} "
        f"{'difference':>10} {'condition':>9}"
    )
    walk_forward(*panel(700), RIDGE, first_train=FIRST_TRAIN)  # the first call pays for imports
    for name, estimator, rows, horizon, window, every in CASES:

        def refits(X: np.ndarray, y: np.ndarray) -> pd.Series:
            return loop(X, y, estimator, horizon, window, every)  # noqa: B023 - called at once

        line(name, "scikit-learn, refitted", panel(rows), (estimator, horizon, window, every), refits)
    for rows in (5_000, 20_000):
        line("ols", "statsmodels RollingOLS", panel(rows, 0.0), (OLS, 1, ROLLING, 1), rolling_ols)
        line("ols", "statsmodels RecursiveLS", panel(rows, 0.0), (OLS, 1, EXPANDING, 1), recursive_ls)


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


def bars(rows: int) -> tuple[dict[str, pd.DataFrame], Sessions]:
    """Closes, highs, lows and volumes of minute bars, each known at its bar's end."""
    random = np.random.default_rng(0)
    at = pd.date_range("2000-01-03 14:30", periods=rows, freq="min")
    close = 1400.0 * np.exp(np.cumsum(3e-4 * random.standard_normal(rows)))
    wide = np.exp(3e-4 * np.abs(random.standard_normal(rows)))
    values = {
        "spx_close": close,
        "spx_high": close * wide,
        "spx_low": close / wide,
        "spx_volume": random.lognormal(10.0, 1.0, rows),
    }
    series = {name: pd.DataFrame({"date": at, "value": value, "known_at": at}) for name, value in values.items()}
    return series, Sessions(at, at)


def peak_memory() -> int:
    """Bytes of the most this program has held; `ru_maxrss` would count its parent's memory too."""
    return 1024 * int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1])  # type: ignore[index]


def one_size(what: str, rows: int) -> None:
    """Print CPU seconds and memory of one size: of the data, and the most that was held beyond it."""
    if what == "features":
        observed, grid_of_bars = bars(rows)

        def work() -> int:
            parts = [
                point_in_time(FAMILIES[n].compute, observed, FAMILIES[n].series, grid_of_bars) for n in BAR_FAMILIES
            ]
            return sum(part.shape[1] for part in parts)

        data = sum(int(frame.memory_usage().sum()) for frame in observed.values())
    else:
        X, y = panel(rows)
        window = EXPANDING if what == "expanding" else ROLLING
        walk_forward(X[:2_000], y[:2_000], RIDGE, first_train=FIRST_TRAIN)

        def work() -> int:
            return len(walk_forward(X, y, RIDGE, first_train=FIRST_TRAIN, window=window))

        data = X.nbytes + y.nbytes
    before = peak_memory()
    with threadpool_limits(limits=1, user_api="blas"):
        seconds, _ = cpu(work)
    peak = peak_memory()
    print(json.dumps({"seconds": seconds, "data": data, "beyond": peak - before, "peak": peak}))


def large() -> None:
    """Time and memory as rows grow tenfold, twice."""
    print(f"\n{'':24} {'rows':>9} {'CPU s':>7} {'µs a row':>9} {'data MB':>8} {'beyond MB':>10} {'peak RSS MB':>12}")
    titles = {
        "expanding": "walk-forward, expanding",
        "rolling": "walk-forward, rolling",
        "features": "15 features of bars",
    }
    for what, title in titles.items():
        for rows in SIZES:
            command = [sys.executable, __file__, what, str(rows)]
            found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            seconds = found["seconds"]
            megabytes = "".join(f"{found[name] / 2**20:{width}.0f}" for name, width in MEMORY)
            print(
                f"{title:24} {rows:9,} {seconds:7.2f} {1e6 * seconds / rows:9.1f}{megabytes}",
                flush=True,
            )


def main() -> None:
    """Print every table; given a kind and a number of rows, measure that size only."""
    if sys.argv[1:]:
        one_size(sys.argv[1], int(sys.argv[2]))
        return
    with threadpool_limits(limits=1, user_api="blas"):
        compare()
        grid()
        embedded()
    large()


if __name__ == "__main__":
    main()
