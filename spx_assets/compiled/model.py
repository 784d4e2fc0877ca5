"""A compiled model as a value: one horizon's forecast function with its features, ranges, intervals and proofs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spx_assets.compiled.linear import Linear
from spx_assets.compiled.trees import Trees

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Volatility:
    """Which feature scales the interval, and how: x[column] / divisors[0] / divisors[1] · multiplier."""

    column: int
    divisors: tuple[float, float]
    multiplier: float


@dataclass(frozen=True, eq=False)
class CompiledModel:
    """One horizon's model as arrays.

    `minima` and `maxima` (p,) are each feature's range in training; `golden_rows` (k, p) and `golden_predictions` (k,)
    were recorded when the estimator was fitted; half the width of the interval of a level is its score quantile
    times `scale`, NaN where too few errors were known. No forecast is below `floor`: 0 for a restricted model.
    """

    horizon: int
    name: str
    features: tuple[str, ...]
    minima: Floats
    maxima: Floats
    score_quantiles: Mapping[float, float]
    volatility: Volatility
    golden_rows: Floats
    golden_predictions: Floats
    form: Linear | Trees
    floor: float = -math.inf

    def forecast(self, rows: Floats) -> Floats:
        """Log returns over the horizon (n,) forecast from feature rows (n, p)."""
        made = self.form.forecast(rows)
        return made if self.floor == -math.inf else np.maximum(made, self.floor)

    def forecast_one(self, row: Sequence[float]) -> float:
        """The forecast from one row of p plain floats in the order of `features`."""
        return max(self.form.forecast_one(row), self.floor)

    def scale(self, rows: Floats) -> Floats:
        """Volatility of the log return over the horizon (n,), as known at rows (n, p)."""
        known = self.volatility
        scaled: Floats = rows[:, known.column] / known.divisors[0] / known.divisors[1] * known.multiplier
        return scaled

    def scale_one(self, row: Sequence[float]) -> float:
        """`scale` of one row."""
        known = self.volatility
        return row[known.column] / known.divisors[0] / known.divisors[1] * known.multiplier

    @property
    def scale_feature(self) -> str:
        """The feature that `scale` is proportional to."""
        return self.features[self.volatility.column]

    @property
    def baseline(self) -> float | None:
        """What the contributions of a row add to: the forecast at the training means; None for trees."""
        return self.form.baseline if isinstance(self.form, Linear) else None

    def contributions(self, row: Sequence[float]) -> dict[str, float] | None:
        """Log return that each feature adds to `baseline`, where that is the forecast; None for trees and floors."""
        parts = self.form.contributions(row)
        if parts is None or self.form.forecast_one(row) < self.floor:
            return None
        return dict(zip(self.features, parts, strict=True))

    @property
    def golden_difference(self) -> float:
        """Largest difference from the golden predictions, either way of forecasting; NaN when one is no number."""
        one_by_one = np.array([self.forecast_one(row) for row in self.golden_rows.tolist()])
        both = np.stack([self.forecast(self.golden_rows), one_by_one])
        return float(np.max(np.abs(both - self.golden_predictions)))
