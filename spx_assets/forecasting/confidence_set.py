"""The model confidence set: which forecasts the data cannot tell from the best one."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Literal

import numpy as np
import numpy.typing as npt

from spx_assets.errors import UsageError
from spx_assets.forecasting.losses import Forecasts, Loss, model_losses, shared_block_length
from spx_assets.forecasting.panel import Floats
from spx_assets.forecasting.stationary_bootstrap import REPLICATIONS, bootstrapped_means

Statistic = Literal["range", "max"]
FEWEST_OUTCOMES = 20


def model_confidence_set(  # noqa: PLR0913 - what the p-values take, and the level
    realised: npt.ArrayLike,
    forecasts: Forecasts,
    *,
    level: float = 0.9,
    horizon: int = 1,
    loss: Loss = "squared",
    statistic: Statistic = "max",
    block: float | None = None,
    replications: int = REPLICATIONS,
    seed: int = 0,
) -> set[Hashable]:
    """The models that hold the best one with probability `level`: those whose p-value is at least 1 − level.

    Hansen, Lunde and Nason (2011, Econometrica 79). Many survivors mean that the data are silent,
    not that the models are good. See `confidence_set_p_values`; a model without p-value is not excluded.
    """
    if not 0 < level < 1:
        raise UsageError("A confidence level lies between 0 and 1", evidence=repr(level))
    p_values = confidence_set_p_values(
        realised,
        forecasts,
        horizon=horizon,
        loss=loss,
        statistic=statistic,
        block=block,
        replications=replications,
        seed=seed,
    )
    return {model for model, p in p_values.items() if math.isnan(p) or p >= 1 - level - 1e-12}


def confidence_set_p_values(
    realised: npt.ArrayLike,
    forecasts: Forecasts,
    *,
    horizon: int = 1,
    loss: Loss = "squared",
    statistic: Statistic = "max",
    block: float | None = None,
    replications: int = REPLICATIONS,
    seed: int = 0,
) -> Mapping[Hashable, float]:
    """Each model's p-value of belonging to the best (Hansen, Lunde and Nason 2011); 1 for the last left.

    Models leave one by one, the worst first: by `range` the one with the largest t_ij = d̄_ij/√var(d̄_ij) over
    all pairs (T_R), by `max` the one with the largest t_i· = d̄_i·/√var(d̄_i·) against the average of
    those left (T_max). Variances and the null distribution come from the same stationary bootstrap of the
    losses; p-values never fall along the way. `max` is the default because it holds its level better
    in 500 rows. Pairs with equal losses in every row have t = 0. NaN for all
    when there are fewer than 20 outcomes. Equal to `arch.bootstrap.MCS` on the same resampled rows.
    """
    names, losses = model_losses(realised, forecasts, loss=loss)
    if len(losses) < FEWEST_OUTCOMES:
        return dict.fromkeys(names, math.nan)
    length = shared_block_length(losses - losses.mean(axis=1, keepdims=True), horizon) if block is None else block
    resampled = bootstrapped_means(losses, block=length, replications=replications, seed=seed)
    means = losses.mean(axis=0)
    worst_of = {"range": _worst_pair, "max": _worst_against_average}[statistic]
    left = list(range(len(names)))
    p_values: dict[Hashable, float] = {}
    highest = 0.0
    while len(left) > 1:
        worst, p = worst_of(means[left], resampled[:, left] - means[left])
        highest = max(highest, p)
        p_values[names[left.pop(worst)]] = highest
    return {name: p_values.get(name, 1.0) for name in names}


def _worst_pair(means: Floats, deviations: Floats) -> tuple[int, float]:
    difference = means[:, None] - means[None, :]
    resampled = deviations[:, :, None] - deviations[:, None, :]
    deviation = np.sqrt(np.mean(resampled**2, axis=0))
    scale = float(np.abs(means).max())
    t = _ratio(difference, deviation, scale)
    drawn = _ratio(resampled, deviation, scale).max(axis=(1, 2))
    return int(np.unravel_index(t.argmax(), t.shape)[0]), float(np.mean(drawn >= t.max()))


def _worst_against_average(means: Floats, deviations: Floats) -> tuple[int, float]:
    resampled = deviations - deviations.mean(axis=1, keepdims=True)
    deviation = np.sqrt(np.mean(resampled**2, axis=0))
    scale = float(np.abs(means).max())
    t = _ratio(means - means.mean(), deviation, scale)
    return int(t.argmax()), float(np.mean(_ratio(resampled, deviation, scale).max(axis=1) >= t.max()))


def _ratio(values: Floats, deviation: Floats, scale: float) -> Floats:
    """Zero where the deviation is no more than rounding of losses of that size: equal losses are no evidence."""
    varies = deviation > 1e-12 * scale
    return np.where(varies, values / np.where(varies, deviation, 1.0), 0.0)
