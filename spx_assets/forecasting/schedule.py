"""When a walk-forward forecasts and refits, and which rows each fit may see.

Only row arithmetic lives here: the purge, the window and the step. No data, no estimator.
The promise: no training window reaches past row t − horizon, the last one whose outcome is known at t.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spx_assets.errors import UsageError

Rows = npt.NDArray[np.intp]

# Known outcomes out of sample below which no test is made, no interval given and no model chosen: overlapping returns
# over 21 sessions of a quarter are worth three.
FEWEST_OUTCOMES = 60


@dataclass(frozen=True)
class Schedule:
    """Forecast origins of a walk-forward over `rows` rows whose outcomes take `horizon` rows to be known."""

    rows: int
    first_train: int
    horizon: int = 1
    step: int = 1
    window: int | None = None

    def __post_init__(self) -> None:
        _at_least("horizon", self.horizon, 1)
        _at_least("step", self.step, 1)
        _at_least("first_train", self.first_train, 2)
        if self.window is not None:
            _at_least("window", self.window, 2)
        if self.first_origin >= self.rows:
            raise UsageError(
                "There is no row left to forecast",
                evidence=f"{self.rows} rows; the first forecast is at row {self.first_origin} "
                f"(first_train {self.first_train}, horizon {self.horizon})",
                way_out="Give more history or a smaller first_train.",
            )

    @property
    def first_origin(self) -> int:
        """The first row t with t − horizon + 1 ≥ first_train."""
        return self.first_train + self.horizon - 1

    @property
    def origins(self) -> Rows:
        """Every row that gets a forecast."""
        return np.arange(self.first_origin, self.rows)

    @property
    def refits(self) -> Rows:
        """The origins at which the estimator is fitted anew."""
        return np.arange(self.first_origin, self.rows, self.step)

    def origins_of(self, refit: int) -> Rows:
        """The origins forecast by the fit at position `refit` of `refits`."""
        start = self.first_origin + refit * self.step
        return np.arange(start, min(start + self.step, self.rows))

    def window_of(self, refit: int) -> Rows:
        """The training rows of the fit at position `refit` of `refits`."""
        stop = self.first_train + refit * self.step
        return np.arange(0 if self.window is None else max(stop - self.window, 0), stop)

    @property
    def windows(self) -> tuple[Rows, Rows]:
        """For every refit its training rows, from `first` up to but not including `stop`."""
        stop = self.refits - self.horizon + 1
        first = np.zeros_like(stop) if self.window is None else np.maximum(stop - self.window, 0)
        return first, stop


def _at_least(name: str, value: int, low: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < low:
        raise UsageError(f"{name} is not a whole number of at least {low}", evidence=repr(value))


def sessions_needed(horizon: int, first_train: int) -> int:
    """Rows of `cleaned_data` that give `FEWEST_OUTCOMES` known outcomes out of sample at one horizon.

    The first origin has `first_train` outcomes known, the last origin with an outcome is `horizon` before the end.
    """
    return first_train + 2 * horizon - 1 + FEWEST_OUTCOMES
