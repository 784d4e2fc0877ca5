"""Whether forecasts leave something on the table: Mincer–Zarnowitz regressions and Ljung–Box of the errors.

A forecast of the right size has intercept 0 and slope 1; one that uses the past has errors that do not repeat.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

from spx_assets.errors import UsageError
from spx_assets.forecasting.panel import Floats
from spx_assets.forecasting.scores import known_rows
from spx_assets.forecasting.tests_of_skill import TestResult


@dataclass(frozen=True)
class MincerZarnowitz:
    """Intercept and slope of the outcome on the forecast, their standard errors, and the test of (0, 1)."""

    intercept: float
    slope: float
    intercept_error: float
    slope_error: float
    test: TestResult


def mincer_zarnowitz(realised: npt.ArrayLike, forecast: npt.ArrayLike, *, lags: int = 0) -> MincerZarnowitz:
    """Y = a + b f + e by least squares, and the Wald test of a = 0 and b = 1, χ² with two degrees of freedom.

    Mincer and Zarnowitz (1969, Economic Forecasts and Expectations). Covariance
    (X'X)⁻¹ [Γ₀ + Σ (1 − l/(lags + 1)) (Γ_l + Γ_l')] (X'X)⁻¹ with Γ_l = Σ e_t e_{t−l} x_t x_{t−l}': Newey and
    West (1987, Econometrica 55, eq. 5); White's (1980) with no lags. Take horizon − 1 or more. Undefined where
    the forecast never changes.
    """
    if lags < 0:
        raise UsageError("lags is not a whole number of at least 0", evidence=repr(lags))
    y, f = known_rows(realised, forecast)
    if len(y) <= lags + 2 or np.ptp(f) == 0:
        why = f"{len(y)} outcomes are too few" if len(y) <= lags + 2 else "the forecast never changes"
        return MincerZarnowitz(math.nan, math.nan, math.nan, math.nan, TestResult(math.nan, math.nan, why))
    X = np.column_stack([np.ones(len(f)), f])
    coefficients = np.linalg.lstsq(X, y, rcond=None)[0]
    moments = X * (y - X @ coefficients)[:, None]
    meat = moments.T @ moments
    for lag in range(1, lags + 1):
        crossed = moments[lag:].T @ moments[:-lag]
        meat += (1 - lag / (lags + 1)) * (crossed + crossed.T)
    bread = np.linalg.inv(X.T @ X)
    covariance = bread @ meat @ bread
    intercept, slope = (float(value) for value in coefficients)
    errors = np.sqrt(np.diag(covariance))
    return MincerZarnowitz(intercept, slope, float(errors[0]), float(errors[1]), _wald(intercept, slope, covariance))


def ljung_box(values: npt.ArrayLike, *, lags: int) -> TestResult:
    """Q = n (n + 2) Σ_{k ≤ lags} ρ_k²/(n − k), χ² with `lags` degrees of freedom; small p when values repeat.

    Ljung and Box (1978, Biometrika 65). For the errors of a one-step forecast: those of longer
    horizons overlap and repeat by construction.
    """
    (x,) = known_rows(values)
    n = len(x)
    if lags < 1:
        raise UsageError("lags is not a whole number of at least 1", evidence=repr(lags))
    if n <= lags or np.ptp(x) == 0:
        return TestResult(math.nan, math.nan, f"{n} values are too few" if n <= lags else "the values do not vary")
    deviation = x - x.mean()
    lag = np.arange(1, lags + 1)
    rho = np.array([deviation[k:] @ deviation[:-k] for k in lag]) / (deviation @ deviation)
    statistic = float(n * (n + 2) * np.sum(rho**2 / (n - lag)))
    return TestResult(statistic, float(chdtrc(lags, statistic)))


def _wald(intercept: float, slope: float, covariance: Floats) -> TestResult:
    distance = np.array([intercept, slope - 1])
    if not np.linalg.det(covariance) > 0:
        return TestResult(math.nan, math.nan, "the errors do not vary")
    statistic = float(distance @ np.linalg.solve(covariance, distance))
    return TestResult(statistic, float(chdtrc(2, statistic)))
