"""The record of forecasts against what came: running R²_OS and running coverage.

Works on any table of forecast, benchmark, realised and bounds, whether the walk-forward table or the ledger.
Scores come from `forecasting`; returns are log returns, R² and coverage fractions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from spx_assets.forecasting import BENCHMARK, bound_names, clark_west, r2_out_of_sample
from spx_assets.forecasting.intervals import coverage

RUNNING_FORECASTS = 252
# Before this many forecasts a score says more about chance than about the model.
FEWEST = 20


@dataclass(frozen=True)
class Summary:
    """How one record stands: forecasts known and waiting, R²_OS with Clark–West's p, coverage of one interval."""

    known: int
    waiting: int
    r2_os: float
    clark_west_p: float
    coverage: float
    hit_rate: float


def of(table: pd.DataFrame, *, horizon: int, model: str) -> pd.DataFrame:
    """One model's rows of one horizon, in the order of their origins."""
    wanted = (table["horizon"] == horizon) & (table["model"] == model)
    return table[wanted].sort_values("origin", ignore_index=True)


def best_first(table: pd.DataFrame, *, horizon: int) -> list[str]:
    """The models of one horizon by R²_OS, the best candidate first and the benchmark last."""
    rows = table[(table["horizon"] == horizon) & table["realised"].notna()]
    error = ((rows["realised"] - rows["forecast"]) ** 2).groupby(rows["model"]).mean()
    known = [str(name) for name in table["model"].unique()]
    return sorted(known, key=lambda name: (name == BENCHMARK, error.get(name, np.inf), name))


def summary(rows: pd.DataFrame, *, horizon: int, level: float) -> Summary:
    """The state of one record; NaN where nothing can be said."""
    known = rows[rows["realised"].notna()]
    lower, upper = bound_names(level)
    y, f, b = (known[name].to_numpy(dtype=np.float64) for name in ("realised", "forecast", "benchmark"))
    is_benchmark = bool(np.array_equal(f, b))
    enough = len(known) >= FEWEST
    return Summary(
        known=len(known),
        waiting=len(rows) - len(known),
        r2_os=0.0 if is_benchmark and len(known) else r2_out_of_sample(y, f, b),
        clark_west_p=clark_west(y, f, b, horizon=horizon).p_value if enough and not is_benchmark else float("nan"),
        coverage=coverage(known["realised"], known[lower], known[upper]) if lower in known else float("nan"),
        hit_rate=float(np.mean((f > 0) == (y > 0))) if len(known) else float("nan"),
    )


def running(rows: pd.DataFrame, *, level: float) -> pd.DataFrame:
    """Per known forecast: origin, r2_os since the first, coverage over the last 252 that had an interval.

    The first nineteen have no score.
    """
    known = rows[rows["realised"].notna()]
    model_error = ((known["realised"] - known["forecast"]) ** 2).cumsum()
    benchmark_error = ((known["realised"] - known["benchmark"]) ** 2).cumsum()
    r2_os = (1 - model_error / benchmark_error.replace(0, np.nan)).where(np.arange(len(known)) >= FEWEST - 1)
    return pd.DataFrame(
        {"origin": known["origin"], "r2_os": r2_os, "coverage": _running_coverage(known, level)}
    ).reset_index(drop=True)


def _running_coverage(known: pd.DataFrame, level: float) -> pd.Series:
    lower, upper = bound_names(level)
    if lower not in known:
        return pd.Series(np.nan, index=known.index)
    inside = known["realised"].between(known[lower], known[upper]).astype(float)
    judged = inside.where(known[lower].notna() & known[upper].notna())
    return judged.dropna().rolling(RUNNING_FORECASTS, min_periods=FEWEST).mean().reindex(known.index)


def with_verdict(rows: pd.DataFrame, *, level: float) -> pd.DataFrame:
    """The rows with `lower`, `upper` and `outcome`: inside or outside the interval, or not yet known."""
    lower, upper = bound_names(level)
    bounds = {
        "lower": rows.get(lower, pd.Series(np.nan, index=rows.index)),
        "upper": rows.get(upper, pd.Series(np.nan, index=rows.index)),
    }
    inside = rows["realised"].between(bounds["lower"], bounds["upper"])
    unknown = rows["realised"].isna()
    unjudged = bounds["lower"].isna() & ~unknown
    outcome = np.select([unknown, unjudged, inside], ["not yet known", "no interval yet", "inside"], "outside")
    return rows.assign(**bounds, outcome=outcome)
