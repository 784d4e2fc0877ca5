"""Tests of whether one forecast is really better than another, or than chance.

Each takes equally long vectors and leaves out rows with a NaN. Positive statistics speak for the forecast.
A test that is undefined on the data (no variation in the losses, a sign that never changes) gives NaN and
says why, never a number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, stdtr

from spx_assets.errors import UsageError
from spx_assets.forecasting.panel import Flags, Floats
from spx_assets.forecasting.scores import known_rows, loss_power

Alternative = Literal["two_sided", "greater", "less"]
Kernel = Literal["uniform", "bartlett"]


@dataclass(frozen=True)
class TestResult:
    """A test statistic and its p-value; both NaN with the reason in `undefined` when there is none."""

    __test__: ClassVar[bool] = False  # the name is the field's; pytest must not collect it

    statistic: float
    p_value: float
    undefined: str = ""


def clark_west(
    realised: npt.ArrayLike, forecast: npt.ArrayLike, benchmark: npt.ArrayLike, *, horizon: int = 1
) -> TestResult:
    """Clark and West's (2007, Journal of Econometrics 138, eq. 3.1) test of nested forecasts, one-sided.

    The adjusted loss difference (y − b)² − [(y − f)² − (b − f)²] is regressed on a constant. Horizon 1 uses
    the ordinary t (variance with n − 1), longer horizons Newey–West with Bartlett weights and horizon − 1
    lags, because overlapping outcomes make the differences dependent. Normal p-value, upper tail: small
    when the forecast beats the benchmark it nests.
    """
    y, f, b = known_rows(realised, forecast, benchmark)
    adjusted = (y - b) ** 2 - ((y - f) ** 2 - (b - f) ** 2)
    # With n − 1 as in the published tables; the long-run variance has no such correction in the literature.
    correction = (len(y) - 1) / len(y) if horizon == 1 and len(y) > 1 else 1.0
    statistic, undefined = mean_statistic(adjusted, lags=horizon - 1)
    statistic *= math.sqrt(correction)
    return TestResult(statistic, float(ndtr(-statistic)), undefined)


def diebold_mariano(
    realised: npt.ArrayLike,
    forecast: npt.ArrayLike,
    benchmark: npt.ArrayLike,
    *,
    horizon: int = 1,
    loss: Literal["squared", "absolute"] = "squared",
    kernel: Kernel = "uniform",
    alternative: Alternative = "two_sided",
) -> TestResult:
    """Diebold and Mariano's (1995) test of equal loss, with Harvey, Leybourne and Newbold's (1997) correction.

    d̄ / √(long-run variance/n) · √((n + 1 − 2h + h(h − 1)/n)/n) for d = loss(benchmark) − loss(forecast), so that
    `greater` asks whether the forecast is better. The long-run variance takes h − 1 autocovariances, unweighted as
    in the paper (Journal of Business & Economic Statistics 13, eq. 1) or with Bartlett weights; Student's t with
    n − 1 degrees of freedom (International Journal of Forecasting 13, eq. 9). Equal to R's `forecast::dm.test`.
    Not for nested models: there Clark–West.
    """
    power = loss_power(loss)
    if alternative not in ("two_sided", "greater", "less") or kernel not in ("uniform", "bartlett"):
        raise UsageError(
            "A Diebold–Mariano test is two_sided, greater or less, its kernel uniform or bartlett",
            evidence=f"{alternative!r}, {kernel!r}",
        )
    y, f, b = known_rows(realised, forecast, benchmark)
    difference = np.abs(y - b) ** power - np.abs(y - f) ** power
    statistic, undefined = mean_statistic(difference, lags=horizon - 1, kernel=kernel)
    n = len(difference)
    if n:
        statistic *= np.sqrt((n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n)
    # Both tails by themselves: one less the other leaves no digits where they matter.
    lower, upper = (float(stdtr(max(n - 1, 1), side)) for side in (statistic, -statistic))
    p_value = {"two_sided": 2 * min(lower, upper), "greater": upper, "less": lower}[alternative]
    return TestResult(float(statistic), float("nan") if undefined else p_value, undefined)


def pesaran_timmermann(realised: npt.ArrayLike, forecast: npt.ArrayLike, *, horizon: int = 1) -> TestResult:
    """Pesaran and Timmermann's (1992, eq. 6) test that signs are predicted better than by chance, one-sided.

    (P − P*) over the root of its variance, P the share of hits and P* that expected of independent signs; up is
    > 0. Outcomes over several sessions overlap and their signs repeat, which that variance does not know:
    beyond horizon 1 the covariance of the two signs, P − P* = 2 cov, is tested with its long-run variance
    (Blaskowitz and Herwartz 2014, International Journal of Forecasting 30), unweighted over horizon − 1 lags as
    in Diebold–Mariano. Undefined when the forecast, or the outcome, never changes sign: then every hit is chance.
    """
    y, f = known_rows(realised, forecast)
    n = len(y)
    if n < 2:
        return TestResult(np.nan, np.nan, "fewer than two outcomes")
    if horizon != 1:
        return _sign_covariance(y > 0, f > 0, horizon)
    up, said_up = float(np.mean(y > 0)), float(np.mean(f > 0))
    hits = float(np.mean((y > 0) == (f > 0)))
    chance = up * said_up + (1 - up) * (1 - said_up)
    variance = chance * (1 - chance) - (
        (2 * up - 1) ** 2 * said_up * (1 - said_up) + (2 * said_up - 1) ** 2 * up * (1 - up)
    )
    if min(up, said_up) == 0 or max(up, said_up) == 1 or variance <= 0:
        return TestResult(np.nan, np.nan, "the sign never changes")
    statistic = (hits - chance) / np.sqrt(variance / n)
    return TestResult(float(statistic), float(ndtr(-statistic)))


def _sign_covariance(up: Flags, said_up: Flags, horizon: int) -> TestResult:
    if up.all() or said_up.all() or not up.any() or not said_up.any():
        return TestResult(np.nan, np.nan, "the sign never changes")
    covariation = (up - up.mean()) * (said_up - said_up.mean())
    # Unweighted: Bartlett weights over the overlap miss a third of the variance, and 8 to 9 of 100 tests reject.
    statistic, undefined = mean_statistic(covariation, lags=horizon - 1, kernel="uniform")
    return TestResult(statistic, float(ndtr(-statistic)), undefined)


def mean_statistic(values: Floats, *, lags: int, kernel: Kernel = "bartlett") -> tuple[float, str]:
    """Mean over the root of its long-run variance, and, when that is undefined, NaN and why.

    The variance is γ₀ + 2 Σ w γ over `lags` autocovariances (divisor n, about the mean), over n: Newey and
    West (1987) with the Bartlett weights 1 − lag/(lags + 1), Hansen and Hodrick (1980) with weights of 1.
    """
    if lags < 0:
        raise UsageError("horizon is not a whole number of at least 1", evidence=repr(lags + 1))
    n = len(values)
    if n <= lags + 1:
        return np.nan, f"{n} outcomes are too few for {lags} lags"
    deviation = values - values.mean()
    lag = np.arange(1, lags + 1)
    weight = 1 - lag / (lags + 1) if kernel == "bartlett" else np.ones(lags)
    autocovariance = np.array([deviation[k:] @ deviation[:-k] for k in lag])
    variance = (deviation @ deviation + 2 * weight @ autocovariance) / n**2
    # Rounding leaves a tiny positive variance where all losses are equal.
    if variance <= np.finfo(np.float64).eps ** 2 * float(np.mean(values**2)):
        return np.nan, "the losses do not vary" if kernel == "bartlett" else "the long-run variance is not positive"
    return float(values.mean() / np.sqrt(variance)), ""
