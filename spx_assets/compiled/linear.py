"""A linear model over standardised features, its scaling folded into its weights.

f(x) = intercept + Σ cᵢ (xᵢ − mᵢ)/sᵢ. A model without scaling has m = 0, s = 1; a constant has c = 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import mul, sub

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Linear:
    """Means, scales and coefficients (p,) and an intercept.

    With `folded`, the forecast is constant + Σ wᵢ xᵢ, w = c/s: half the work. Where means are so large beside scales
    that this would cost digits, it is constant + Σ wᵢ (xᵢ − mᵢ).
    """

    mean: Floats
    scale: Floats
    coefficients: Floats
    intercept: float
    folded: bool = True
    _weights: list[float] = field(init=False, repr=False)
    _means: list[float] = field(init=False, repr=False)
    _constant: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        weights = self.coefficients / self.scale
        constant = self.intercept - float(weights @ self.mean) if self.folded else self.intercept
        object.__setattr__(self, "_weights", weights.tolist())
        object.__setattr__(self, "_means", self.mean.tolist())
        object.__setattr__(self, "_constant", constant)

    def forecast(self, rows: Floats) -> Floats:
        """Forecasts (n,) of rows (n, p)."""
        made: Floats = (rows if self.folded else rows - self.mean) @ np.array(self._weights) + self._constant
        return made

    def forecast_one(self, row: Sequence[float]) -> float:
        """The forecast of one row of p plain floats."""
        if self.folded:
            return sum(map(mul, self._weights, row), self._constant)
        return sum(map(mul, self._weights, map(sub, row, self._means)), self._constant)

    def contributions(self, row: Sequence[float]) -> list[float]:
        """cᵢ (xᵢ − mᵢ)/sᵢ per feature: what each adds to `baseline`."""
        return list(map(mul, self._weights, map(sub, row, self._means)))

    @property
    def baseline(self) -> float:
        """The forecast where every feature is at its mean."""
        return self.intercept
