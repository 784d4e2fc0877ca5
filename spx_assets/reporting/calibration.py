"""Do the intervals hold what they promise: coverage per nominal level, and through time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spx_assets.reporting.absent import Absent
from spx_assets.reporting.arrays import Dates, Numbers, dates, numbers
from spx_assets.reporting.out_of_sample import horizons, known_rows

# Half a year, or two years where there are twenty: a longer line needs a calmer one.
WINDOW_ORIGINS = 126
LONG_WINDOW_ORIGINS = 504
LONG_HISTORY_ORIGINS = 5040
FEWEST = 30
Z_95 = 1.959963984540054


@dataclass(frozen=True, eq=False)
class Calibration:
    """One horizon's coverage: shares of realised returns inside intervals of each nominal level.

    `low` and `high` bound the empirical share (Wilson 1927, 95 %) with the number of forecasts divided by
    the horizon, since overlapping returns are not independent draws.
    """

    horizon: int
    model: str
    forecasts: int
    nominal: Numbers
    empirical: Numbers
    low: Numbers
    high: Numbers


@dataclass(frozen=True, eq=False)
class RollingCoverage:
    """One horizon's share of returns inside the interval of `level` over the last `window` origins."""

    horizon: int
    level: float
    window: int
    origins: Dates
    share: Numbers


def levels(evaluation: pd.DataFrame) -> tuple[float, ...]:
    """The nominal levels the table has bounds for, as shares, rising."""
    names = (name.removeprefix("lower_") for name in evaluation.columns if name.startswith("lower_"))
    return tuple(sorted(float(name) / 100.0 for name in names))


def calibration(evaluation: pd.DataFrame, models: Mapping[int, str]) -> tuple[Calibration, ...] | Absent:
    """Per horizon the named model's empirical coverage at every nominal level."""
    made = tuple(_calibration(evaluation, horizon, models[horizon]) for horizon in _judged(evaluation, models))
    return made or Absent(
        f"Fewer than {FEWEST} forecasts carried an interval and have their return: too few to judge coverage."
    )


def rolling_coverage(
    evaluation: pd.DataFrame, models: Mapping[int, str], level: float = 0.9
) -> tuple[RollingCoverage, ...] | Absent:
    """Per horizon the share inside the interval of `level`, over a window that moves through the origins."""
    made = []
    for horizon in _judged(evaluation, models):
        inside = _inside(known_rows(evaluation, horizon, models[horizon]), level)
        window = LONG_WINDOW_ORIGINS if len(inside) >= LONG_HISTORY_ORIGINS else WINDOW_ORIGINS
        share = inside["inside"].rolling(window).mean().dropna()
        if not share.empty:
            origins = dates(inside.loc[share.index, "origin"])
            made.append(RollingCoverage(horizon, level, window, origins, numbers(share)))
    return tuple(made) or Absent(
        f"Fewer than {WINDOW_ORIGINS} forecasts carried an interval and have their return: "
        "too few to follow coverage through time."
    )


def wilson(share: Numbers, draws: float) -> tuple[Numbers, Numbers]:
    """Wilson's (1927) 95 % bounds of a proportion seen in `draws` independent draws."""
    scale = 1.0 + Z_95**2 / draws
    centre = (share + Z_95**2 / (2 * draws)) / scale
    reach = Z_95 / scale * np.sqrt(share * (1 - share) / draws + Z_95**2 / (4 * draws**2))
    return numbers(centre - reach), numbers(centre + reach)


def _judged(evaluation: pd.DataFrame, models: Mapping[int, str]) -> tuple[int, ...]:
    """Horizons whose model has enough forecasts with intervals and returns at every level."""
    found = levels(evaluation)
    return tuple(
        horizon
        for horizon in horizons(evaluation)
        if found
        and horizon in models
        and len(_inside(known_rows(evaluation, horizon, models[horizon]), found[-1])) >= FEWEST
    )


def _inside(rows: pd.DataFrame, level: float) -> pd.DataFrame:
    suffix = f"{level * 100:g}"
    if f"lower_{suffix}" not in rows:
        return pd.DataFrame({"origin": [], "inside": []})
    bounded = rows.dropna(subset=[f"lower_{suffix}", f"upper_{suffix}"])
    inside = bounded["realised"].between(bounded[f"lower_{suffix}"], bounded[f"upper_{suffix}"])
    return pd.DataFrame({"origin": bounded["origin"], "inside": inside.astype(float)})


def _calibration(evaluation: pd.DataFrame, horizon: int, model: str) -> Calibration:
    rows = known_rows(evaluation, horizon, model)
    nominal = levels(evaluation)
    judged = [_inside(rows, level) for level in nominal]
    empirical = numbers([shares["inside"].mean() for shares in judged])
    forecasts = min(len(shares) for shares in judged)
    low, high = wilson(empirical, max(forecasts / horizon, 1.0))
    return Calibration(horizon, model, forecasts, numbers(nominal), empirical, low, high)
