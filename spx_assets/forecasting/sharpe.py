"""Sharpe ratios, and how far one can be trusted when it is the best of many that were tried."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from spx_assets.errors import UsageError
from spx_assets.forecasting.scores import known_rows

EULER_MASCHERONI = 0.5772156649015329


def sharpe_ratio(returns: npt.ArrayLike, risk_free: npt.ArrayLike = 0.0, *, periods_per_year: float = 1.0) -> float:
    """Mean over standard deviation (n − 1) of simple returns beyond the risk-free rate, times √periods_per_year.

    Sharpe (1994, Journal of Portfolio Management 21); per period unless told how many make a year. NaN
    with fewer than two returns, or when they do not vary.
    """
    (excess,) = known_rows(np.asarray(returns, dtype=np.float64) - np.asarray(risk_free, dtype=np.float64))
    if len(excess) < 2 or np.ptp(excess) == 0:
        return math.nan
    return float(excess.mean() / excess.std(ddof=1) * math.sqrt(periods_per_year))


def probabilistic_sharpe_ratio(
    sharpe: float, *, n: int, skewness: float = 0.0, kurtosis: float = 3.0, threshold: float = 0.0
) -> float:
    """Probability that the true Sharpe ratio exceeds `threshold`, given the estimate from `n` returns.

    Φ((SR − SR₀) √(n − 1) / √(1 − γ₃ SR + (γ₄ − 1)/4 · SR²)): Bailey and López de Prado (2012,
    Journal of Risk 15). All ratios per period, not annualised; kurtosis is 3 for the normal. NaN when undefined.
    """
    variance = 1 - skewness * sharpe + (kurtosis - 1) / 4 * sharpe**2
    if not (n > 1 and variance > 0):
        return math.nan
    return float(ndtr((sharpe - threshold) * math.sqrt((n - 1) / variance)))


def expected_maximum_sharpe(*, trials: int, variance: float) -> float:
    """Expected best Sharpe ratio of `trials` independent ones without skill, whose estimates have that variance.

    √variance · [(1 − γ) Φ⁻¹(1 − 1/N) + γ Φ⁻¹(1 − 1/(N e))], γ Euler's constant: Bailey and López de Prado (2014,
    Journal of Portfolio Management 40). Zero for a single trial.
    """
    if trials < 1 or variance < 0:
        raise UsageError("Deflation needs at least one trial", evidence=f"{trials} trials, variance {variance}")
    if trials == 1:
        return 0.0
    first, second = ndtri(1 - 1 / trials), ndtri(1 - 1 / (trials * math.e))
    return float(math.sqrt(variance) * ((1 - EULER_MASCHERONI) * first + EULER_MASCHERONI * second))


def deflated_sharpe_ratio(returns: npt.ArrayLike, *, trials: int, variance: float | None = None) -> float:
    """Probability that the true Sharpe ratio beats the best that `trials` skill-less strategies would show.

    Bailey and López de Prado (2014): the probabilistic Sharpe ratio against `expected_maximum_sharpe`, with
    the sample's own skewness and kurtosis. `returns` are excess returns per period. `variance` is that of the
    trials' Sharpe ratios per period; without it 1/n, what estimates from n independent returns without skill
    have (Lo 2002, Financial Analysts Journal 58). Above 0.95 the usual reading is "not by luck".
    """
    (r,) = known_rows(returns)
    n = len(r)
    if n < 3 or np.ptp(r) == 0:
        return math.nan
    z = (r - r.mean()) / r.std()
    threshold = expected_maximum_sharpe(trials=trials, variance=1 / n if variance is None else variance)
    return probabilistic_sharpe_ratio(
        sharpe_ratio(r), n=n, skewness=float(np.mean(z**3)), kurtosis=float(np.mean(z**4)), threshold=threshold
    )
