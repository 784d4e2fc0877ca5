"""Choosing a penalty without looking ahead: by the errors that were known at each origin.

Forecasts of the whole grid begin at half of `first_train`. At origin t the penalty with the smallest sum of
squared errors over the origins i ≤ t − horizon, whose outcomes are known, makes the forecast: validation that
respects time (Rissanen 1986, predictive least squares; Dawid 1984, the prequential view). Before any error
is known the largest penalty rules, which is nearest to the mean. The choice for deployment is the same rule
at the last origin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spx_assets.forecasting.panel import Floats, Matrix, Vector
from spx_assets.forecasting.schedule import Rows
from spx_assets.forecasting.walk_forward import walk_forward_penalties

# Half-decades in units of one standardised row: with n rows and returns of 1 % R², the best penalty is about
# p·n/R² of a percent, 10³ to 10⁵; the ends are next to least squares and next to the mean.
PENALTIES: tuple[float, ...] = tuple(float(f"{10**exponent:.3g}") for exponent in np.arange(0, 6.5, 0.5))


@dataclass(frozen=True, eq=False)
class OnlineChoice:
    """For each origin the forecast, and the penalty that made it."""

    forecast: Floats
    penalty: Floats


def online_choice(
    X: Matrix, y: Vector, penalties: Sequence[float], *, first_train: int, horizon: int = 1
) -> OnlineChoice:
    """Forecasts of StandardScaler + Ridge from the first origin of `first_train` on, penalty chosen as known."""
    grid = walk_forward_penalties(X, y, penalties, first_train=inner_start(first_train), horizon=horizon)
    forecasts = grid.to_numpy()
    skipped = first_train - inner_start(first_train)
    outcomes = np.asarray(y, dtype=np.float64)[-len(grid) :]
    chosen = known_best(outcomes, forecasts, np.asarray(grid.columns, dtype=np.float64), horizon=horizon)
    made = np.take_along_axis(forecasts, chosen[:, None], axis=1)[:, 0]
    penalty = np.asarray(grid.columns, dtype=np.float64)[chosen]
    return OnlineChoice(made[skipped:], penalty[skipped:])


def inner_start(first_train: int) -> int:
    """The rows in the first training window of the inner validation."""
    return max(first_train // 2, 2)


def known_best(realised: Floats, forecasts: Floats, penalties: Floats, *, horizon: int) -> Rows:
    """Column (n,) with the smallest squared error known at each origin; ties go to the larger penalty."""
    with np.errstate(invalid="ignore"):
        loss = (realised[:, None] - forecasts) ** 2
    loss[np.isnan(loss).any(axis=1)] = 0.0
    known = np.zeros_like(loss)
    known[horizon:] = np.cumsum(loss, axis=0)[:-horizon]
    order = np.argsort(-penalties, kind="stable")
    return np.asarray(order[np.argmin(known[:, order], axis=1)])
