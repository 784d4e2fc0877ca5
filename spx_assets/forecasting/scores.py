"""How good forecasts were: errors, shares of right signs, and R² against the historical mean.

Every function takes equally long vectors and leaves out rows in which any of them is NaN (an outcome not
yet known). Returns and errors are log returns, shares and R² fractions. An empty sample scores NaN.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from spx_assets.errors import DataRefused, UsageError
from spx_assets.forecasting.panel import Floats


def known_rows(*vectors: npt.ArrayLike) -> tuple[Floats, ...]:
    """The vectors without the rows in which any of them is NaN.

    Raises UsageError when their lengths differ, DataRefused when one holds an infinite value.
    """
    columns = _aligned(*vectors)
    known = ~np.isnan(np.column_stack(columns)).any(axis=1)
    return tuple(column[known] for column in columns)


def loss_power(loss: str) -> int:
    """The power of the error that a loss is: squared 2, absolute 1; UsageError for any other name."""
    powers = {"squared": 2, "absolute": 1}
    if loss not in powers:
        raise UsageError(f"There is no loss {loss!r}", way_out=f"Choose from {', '.join(powers)}.")
    return powers[loss]


def r2_out_of_sample(realised: npt.ArrayLike, forecast: npt.ArrayLike, benchmark: npt.ArrayLike) -> float:
    """1 − Σ(y − f)² / Σ(y − b)²: the share of the benchmark's squared error that the forecast removes.

    Campbell and Thompson (2008, Review of Financial Studies 21, eq. 6), with b the mean of what was known
    at each origin. Not `sklearn.metrics.r2_score`, whose benchmark is the mean of the test outcomes.
    """
    y, f, b = known_rows(realised, forecast, benchmark)
    return _one_minus_ratio(np.sum((y - f) ** 2), np.sum((y - b) ** 2))


def r2(realised: npt.ArrayLike, forecast: npt.ArrayLike) -> float:
    """1 − Σ(y − f)² / Σ(y − ȳ)² with ȳ the mean of the outcomes themselves, known only afterwards."""
    y, f = known_rows(realised, forecast)
    return _one_minus_ratio(np.sum((y - f) ** 2), np.sum((y - y.mean()) ** 2) if len(y) else np.float64(0))


def rmse(realised: npt.ArrayLike, forecast: npt.ArrayLike) -> float:
    """Root mean squared error."""
    y, f = known_rows(realised, forecast)
    return float(np.sqrt(np.mean((y - f) ** 2))) if len(y) else np.nan


def mae(realised: npt.ArrayLike, forecast: npt.ArrayLike) -> float:
    """Mean absolute error."""
    y, f = known_rows(realised, forecast)
    return float(np.mean(np.abs(y - f))) if len(y) else np.nan


def hit_rate(realised: npt.ArrayLike, forecast: npt.ArrayLike) -> float:
    """Share of rows in which the forecast says up (> 0) exactly when the outcome was up."""
    y, f = known_rows(realised, forecast)
    return float(np.mean((f > 0) == (y > 0))) if len(y) else np.nan


def always_up_rate(realised: npt.ArrayLike) -> float:
    """Share of outcomes above zero: the hit rate of a forecast that always says up."""
    (y,) = known_rows(realised)
    return float(np.mean(y > 0)) if len(y) else np.nan


def cumulative_sse_difference(realised: npt.ArrayLike, forecast: npt.ArrayLike, benchmark: npt.ArrayLike) -> Floats:
    """Running Σ (y − b)² − (y − f)², row by row: it rises while the forecast beats the benchmark.

    Goyal and Welch (2008, Review of Financial Studies 21, figure 1). Rows with a NaN add nothing.
    """
    y, f, b = _aligned(realised, forecast, benchmark)
    gain = (y - b) ** 2 - (y - f) ** 2
    return np.cumsum(np.where(np.isnan(gain), 0.0, gain))


def _aligned(*vectors: npt.ArrayLike) -> list[Floats]:
    columns = [np.asarray(vector, dtype=np.float64).ravel() for vector in vectors]
    if len({len(column) for column in columns}) != 1:
        raise UsageError("Scores need equally long vectors", evidence=f"lengths {[len(column) for column in columns]}")
    for column in columns:
        if np.isinf(column).any():
            raise DataRefused(
                "Scores need finite numbers",
                evidence=f"infinite first at row {int(np.isinf(column).argmax())}",
                way_out="Leave what is not known as NaN.",
            )
    return columns


def _one_minus_ratio(numerator: np.float64, denominator: np.float64) -> float:
    return float(1 - numerator / denominator) if denominator > 0 else np.nan
