"""Whether the best of many forecasts beats the benchmark, when all that was tried is taken into account.

One-sided, for the squared or absolute loss. The historical mean's own recursive rivals estimate more than it
does and lose a little by that: against nested models the test errs on the safe side.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spx_assets.forecasting.losses import Forecasts, Loss, loss_gains, shared_block_length
from spx_assets.forecasting.panel import Floats
from spx_assets.forecasting.stationary_bootstrap import REPLICATIONS, bootstrapped_means, long_run_variance

FEWEST_OUTCOMES = 20


@dataclass(frozen=True)
class SuperiorAbility:
    """Hansen's statistic, its three p-values, the model that sets it, and the blocks it was resampled in."""

    statistic: float
    p_value: float
    p_lower: float
    p_upper: float
    best: Hashable | None
    block: float
    undefined: str = ""


def superior_predictive_ability(
    realised: npt.ArrayLike,
    forecasts: Forecasts,
    benchmark: npt.ArrayLike,
    *,
    horizon: int = 1,
    loss: Loss = "squared",
    block: float | None = None,
    replications: int = REPLICATIONS,
    seed: int = 0,
) -> float:
    """Hansen's (2005) consistent p-value: small when some forecast beats the benchmark by more than luck among all.

    See `superior_ability`, which also gives the bounds. NaN when there is nothing to compare.
    """
    found = superior_ability(
        realised, forecasts, benchmark, horizon=horizon, loss=loss, block=block, replications=replications, seed=seed
    )
    return found.p_value


def superior_ability(
    realised: npt.ArrayLike,
    forecasts: Forecasts,
    benchmark: npt.ArrayLike,
    *,
    horizon: int = 1,
    loss: Loss = "squared",
    block: float | None = None,
    replications: int = REPLICATIONS,
    seed: int = 0,
) -> SuperiorAbility:
    """Hansen's (2005, Journal of Business & Economic Statistics 23) test of superior predictive ability.

    With d_k = loss(benchmark) − loss(model k), T = max(0, max_k √n d̄_k/ω_k), where ω_k² is the long-run
    variance under the stationary bootstrap. T* replaces √n d̄_k by √n (d̄*_k − g(d̄_k)); p is the
    share of T* > T, and 1 where T is 0. g decides which models bear on the null: all (`p_upper`, White's reality check,
    studentised), those with √n d̄_k/ω_k ≥ −√(2 log log n) (`p_value`, the consistent version), those
    better than the benchmark (`p_lower`). Blocks have the longest optimal length of the d_k, at least `horizon`.

    `arch.bootstrap.SPA(studentize=True)` compares the bare means, so that its power goes to the noisiest
    model; handed d_k/ω_k and the same rows it gives these p-values. A model equal to the benchmark in every
    row says nothing and is left out.
    """
    names, gain = loss_gains(realised, forecasts, benchmark, loss=loss)
    varies = np.ptp(gain, axis=0) > 0 if len(gain) else np.zeros(gain.shape[1], dtype=bool)
    if len(gain) < FEWEST_OUTCOMES or not varies.any():
        why = f"{len(gain)} outcomes are too few" if len(gain) < FEWEST_OUTCOMES else "no loss differs"
        return SuperiorAbility(math.nan, math.nan, math.nan, math.nan, None, math.nan, why)
    gain = gain[:, varies]
    length = shared_block_length(gain, horizon) if block is None else block
    studentised = gain / np.sqrt(long_run_variance(gain, block=length))
    means = bootstrapped_means(studentised, block=length, replications=replications, seed=seed)
    statistics = math.sqrt(len(gain)) * studentised.mean(axis=0)
    lower, consistent, upper = _p_values(statistics, math.sqrt(len(gain)) * means, len(gain))
    best = [name for name, differs in zip(names, varies, strict=False) if differs][int(statistics.argmax())]
    return SuperiorAbility(max(float(statistics.max()), 0.0), consistent, lower, upper, best, length)


def _p_values(statistics: Floats, resampled: Floats, n: int) -> tuple[float, float, float]:
    relevant = statistics >= -math.sqrt(2 * math.log(math.log(n)))
    centres = (np.maximum(statistics, 0), np.where(relevant, statistics, 0), statistics)
    reached = float(statistics.max())
    if reached <= 0:  # nothing beat the benchmark: no evidence, where the share of T* > 0 would be of any size
        return 1.0, 1.0, 1.0
    lower, consistent, upper = (
        float(np.mean(np.maximum((resampled - centre).max(axis=1), 0) > reached)) for centre in centres
    )
    return lower, consistent, upper
