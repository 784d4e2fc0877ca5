"""The mean of the univariate forecasts: one least-squares line per feature, refitted at every origin, exactly.

Rapach, Strauss and Zhou (2010, Review of Financial Studies 23, eq. 4, equal weights). The mean of lines is a line, so
what serves is one: its slopes are the univariate ones over their number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from spx_assets.forecasting import estimators
from spx_assets.forecasting.exercise import Exercise
from spx_assets.forecasting.panel import Floats, Panel
from spx_assets.forecasting.refits import learned_rows
from spx_assets.forecasting.schedule import Schedule

CHUNK_ROWS = 4096  # running sums of this many rows are held at a time
# A variance below this share of the mean square has lost too many digits to the running sums.
SHARE_OF_SQUARE = 1e-4


@dataclass(frozen=True)
class Combination:
    """The candidate; `signs` keeps a feature's slope at zero where it is not of the sign (+1, −1) given."""

    signs: Mapping[str, int] = field(default_factory=dict)

    def forecasts(self, exercise: Exercise) -> Floats:
        """Mean of the lines' forecasts; NaN where a predictor is missing."""
        panel, schedule = exercise.panel, exercise.schedule()
        signs = self._signs(panel)
        made = np.full(len(schedule.origins), np.nan)
        for origins, slopes, mean_x, mean_y in univariate_lines(panel, schedule):
            rows = slice(int(origins[0]), int(origins[-1]) + 1)
            kept = np.where(slopes * signs >= 0, slopes, 0.0)
            made[origins - schedule.first_origin] = mean_y + np.mean((panel.X[rows] - mean_x) * kept, axis=1)
            if exercise.progress is not None:
                exercise.progress(int(origins[-1]) + 1 - schedule.first_origin, len(schedule.origins))
        return made

    def fitted(self, exercise: Exercise) -> Any:
        """The line of all history."""
        from sklearn.linear_model import LinearRegression  # noqa: PLC0415 - see estimators

        panel, rows = exercise.panel, exercise.history
        x, outcomes = panel.X[rows], panel.y[rows]
        slopes = np.array([_slope(column, outcomes) for column in x.T])
        kept = np.where(slopes * self._signs(panel) >= 0, slopes, 0.0) / x.shape[1]
        made = estimators.line(x, kept, outcomes.mean(), LinearRegression())
        made[-1].coef_ = kept * made[0].scale_
        return made

    def refitted(self, _estimator: Any, exercise: Exercise) -> Any:
        """The line of that history; the estimator's own fit would be least squares of all features at once."""
        return self.fitted(exercise)

    def _signs(self, panel: Panel) -> Floats:
        """The sign of each column's slope, 0 where either will do."""
        names = range(panel.X.shape[1]) if panel.columns is None else panel.columns
        return np.array([float(self.signs.get(str(name), 0)) for name in names])


def univariate_lines(panel: Panel, schedule: Schedule) -> Iterator[tuple[Any, Floats, Floats, Floats]]:
    """Per chunk of consecutive origins: origins (k,), slopes (k, p), means of the features (k, p), of y (k,).

    Running sums of the rows less the first window's mean over its deviation; a column whose variance would lose
    digits by that is computed from the rows themselves. Windows expand; constant columns have slope 0.
    """
    first = learned_rows(panel, schedule, 0)
    shift, scale = panel.X[first].mean(axis=0), panel.X[first].std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    origin_y = panel.y[first].mean()
    total = np.zeros((4, panel.X.shape[1]))  # sums of z, z², z·u and u over the rows so far
    count, start = 0.0, 0
    for begin in range(0, len(schedule.origins), CHUNK_ROWS):
        origins = schedule.origins[begin : begin + CHUNK_ROWS]
        stop = origins - schedule.horizon + 1
        rows = np.arange(start, stop[-1])
        known = panel.complete[rows]
        z = np.where(known[:, None], (panel.X[rows] - shift) / scale, 0.0)
        u = np.where(known, panel.y[rows] - origin_y, 0.0)[:, None]
        running = np.cumsum(np.stack([z, z**2, z * u, np.broadcast_to(u, z.shape)]), axis=1) + total[:, None]
        counted = np.cumsum(known) + count
        at = stop - 1 - start
        n = counted[at][:, None]
        mean_z, square, product, mean_u = running[:, at] / n
        variance = square - mean_z**2
        with np.errstate(divide="ignore", invalid="ignore"):
            slopes = np.where(variance > 0, (product - mean_z * mean_u) / variance / scale, 0.0)
        for row, column in np.argwhere((variance < SHARE_OF_SQUARE * square) & (square > 0)):
            complete = np.flatnonzero(panel.complete[: stop[row]])
            slopes[row, column] = _slope(panel.X[complete, column], panel.y[complete])
        yield origins, slopes, shift + scale * mean_z, origin_y + mean_u[:, 0]
        total, count, start = running[:, -1], float(counted[-1]), int(stop[-1])


def _slope(x: Floats, y: Floats) -> float:
    """Least squares of y on x and a constant; 0 where x is constant."""
    if np.ptp(x) == 0:
        return 0.0
    deviation = x - x.mean()
    return float(deviation @ (y - y.mean()) / (deviation @ deviation))
