"""Prediction intervals that adapt to volatility: conformal, from past errors in units of known volatility.

Score i is |y − f| / scale, with the scale known at the origin. At each origin the half-width is the scale
times a quantile of the scores whose outcome was known by then: no interval sees its own future. With
exchangeable scores the finite-sample rank ⌈(n + 1)·level⌉ covers at least `level` (Vovk et al. 2005; Lei et
al. 2018); returns are only nearly so, hence coverage is measured and reported.
"""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from spx_assets.errors import UsageError
from spx_assets.forecasting.panel import Floats

FEWEST_SCORES = 60
SESSIONS_PER_YEAR = 252
IMPLIED, REALIZED = "vix_level", "realized_volatility_22"


def bound_names(level: float) -> tuple[str, str]:
    """Columns of the lower and upper bound of an interval: 0.9 gives lower_90 and upper_90."""
    if not 0 < level < 1:
        raise UsageError("An interval's level lies between 0 and 1", evidence=repr(level))
    return f"lower_{100 * level:g}", f"upper_{100 * level:g}"


def scale_feature(features: Collection[str]) -> str:
    """The feature that tells the volatility known at the origin: `vix_level`, else `realized_volatility_22`."""
    for name in (IMPLIED, REALIZED):
        if name in features:
            return name
    raise UsageError(
        "Intervals need a volatility known at the origin",
        evidence=f"neither {IMPLIED} nor {REALIZED} is among the features",
        way_out="Build the features with spx_close, or with vix_close.",
    )


def volatility_scale(features: pd.DataFrame, horizon: int) -> Floats:
    """Volatility of the next `horizon` sessions' log return, as known at each row.

    `vix_level` (per cent per year)/100 · √(horizon/252) where there is one, else `realized_volatility_22`
    (per session) · √horizon.
    """
    name = scale_feature([str(column) for column in features])
    volatility = features[name].to_numpy(dtype=np.float64)
    if name == IMPLIED:
        volatility = volatility / 100 / math.sqrt(SESSIONS_PER_YEAR)
    return volatility * math.sqrt(horizon)


def conformal_quantile(ordered_scores: Sequence[float], level: float) -> float:
    """The ⌈(n + 1)·level⌉-th smallest of n rising scores; NaN with fewer than 60, or when that is beyond n."""
    n = len(ordered_scores)
    rank = math.ceil(level * (n + 1) - 1e-9)  # 0.55 · 100 is 55.000000000000007
    return ordered_scores[rank - 1] if n >= FEWEST_SCORES and rank <= n else math.nan


def conformal_quantiles(
    realised: npt.ArrayLike, forecast: npt.ArrayLike, scale: npt.ArrayLike, levels: Sequence[float], *, horizon: int
) -> Floats:
    """Score quantiles (n, levels) known at each origin t: of the rows i ≤ t − horizon with a known outcome.

    Multiply by the scale for half-widths. The vectors are consecutive origins; NaN outcomes are left out.
    """
    y, f, s = (np.asarray(vector, dtype=np.float64) for vector in (realised, forecast, scale))
    with np.errstate(divide="ignore", invalid="ignore"):
        scores = np.abs(y - f) / s
    ordered: list[float] = []
    quantiles = np.full((len(scores), len(levels)), np.nan)
    for origin in range(len(scores)):
        if origin >= horizon and math.isfinite(scores[origin - horizon]):
            insort(ordered, float(scores[origin - horizon]))
        quantiles[origin] = [conformal_quantile(ordered, level) for level in levels]
    return quantiles


def coverage(realised: npt.ArrayLike, lower: npt.ArrayLike, upper: npt.ArrayLike) -> float:
    """Share of known outcomes inside their interval, bounds included; NaN when there is none to judge."""
    y, low, high = _judged(realised, lower, upper)
    return float(np.mean((low <= y) & (y <= high))) if len(y) else math.nan


def mean_width(realised: npt.ArrayLike, lower: npt.ArrayLike, upper: npt.ArrayLike) -> float:
    """Mean width of the intervals whose outcome is known, in log return."""
    y, low, high = _judged(realised, lower, upper)
    return float(np.mean(high - low)) if len(y) else math.nan


def _judged(*vectors: npt.ArrayLike) -> tuple[Floats, Floats, Floats]:
    y, low, high = (np.asarray(vector, dtype=np.float64) for vector in vectors)
    known = ~(np.isnan(y) | np.isnan(low) | np.isnan(high))
    return y[known], low[known], high[known]
