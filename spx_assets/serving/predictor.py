"""The core under every dialect: rows of one horizon's features in, forecasts with their interval out.

A predictor is immutable and belongs to one version, so whoever holds it answers with that version alone. How rows are
spelled and answers written is the dialects' part.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import gt, lt
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from spx_assets.serving.problems import Problem

Floats = npt.NDArray[np.float64]
USUAL_LEVEL = 0.9
# Of a feature's range in training: what single precision rounds off is not outside it.
SLACK = 1e-6


class Model(Protocol):
    """What a compiled model and an estimator have in common."""

    @property
    def horizon(self) -> int: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def features(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def score_quantiles(self) -> Mapping[float, float]: ...  # noqa: D102
    @property
    def golden_rows(self) -> Floats: ...  # noqa: D102
    @property
    def golden_difference(self) -> float: ...  # noqa: D102
    @property
    def golden_predictions(self) -> Floats: ...  # noqa: D102
    @property
    def minima(self) -> Floats: ...  # noqa: D102
    @property
    def maxima(self) -> Floats: ...  # noqa: D102
    @property
    def scale_feature(self) -> str: ...  # noqa: D102
    @property
    def baseline(self) -> float | None: ...  # noqa: D102
    def forecast(self, rows: Floats) -> Floats: ...  # noqa: D102
    def forecast_one(self, row: Sequence[float]) -> float: ...  # noqa: D102
    def scale(self, rows: Floats) -> Floats: ...  # noqa: D102
    def scale_one(self, row: Sequence[float]) -> float: ...  # noqa: D102
    def contributions(self, row: Sequence[float]) -> dict[str, float] | None: ...  # noqa: D102


class Band(NamedTuple):
    """Forecasts and the bounds of one interval, each (n,)."""

    forecast: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True, eq=False)
class Predictor:
    """One horizon of one version."""

    model: Model

    @cached_property
    def usual_level(self) -> float:
        """The level answered when none is asked: 0.9, or the one nearest to it."""
        return min(self.model.score_quantiles, key=lambda level: abs(level - USUAL_LEVEL))

    def quantile(self, level: float) -> float:
        """The score quantile of a level; Problem 422 naming the levels there are."""
        quantile = self.model.score_quantiles.get(level)
        if quantile is None:
            levels = ", ".join(f"{each:g}" for each in self.model.score_quantiles)
            raise Problem(422, "The model has no interval of that level.", field="level", way_out=f"Give {levels}.")
        return quantile

    def one(self, row: Sequence[float], quantile: float) -> tuple[float, float, float]:
        """Forecast, lower and upper bound of one row; bounds are NaN where the interval is not known."""
        scale = self.model.scale_one(row)
        if not scale > 0:
            raise self._not_positive(0)
        forecast = self.model.forecast_one(row)
        half = quantile * scale
        if not math.isfinite(forecast) or math.isinf(half):
            raise _beyond()
        return forecast, forecast - half, forecast + half

    def many(self, rows: Floats, quantile: float) -> Band:
        """The same for rows (n, p), all finite."""
        with np.errstate(over="ignore", invalid="ignore"):
            scale = self.model.scale(rows)
            if not (scale > 0).all():
                raise self._not_positive(int(np.argmin(scale > 0)))
            forecast = self.model.forecast(rows)
            half = quantile * scale
        if not np.isfinite(forecast).all() or np.isinf(half).any():
            raise _beyond()
        return Band(forecast, forecast - half, forecast + half)

    def _not_positive(self, row: int) -> Problem:
        name = self.model.scale_feature
        detail = f"{name} is not positive in row {row}: the interval's width is proportional to it."
        return Problem(422, detail, field=name, way_out=f"Give {name} as it is computed, greater than 0.")

    def warnings_of_one(self, row: Sequence[float]) -> list[str]:
        """What a reader of one row's answer should know; mostly nothing."""
        low, high = self.training_range
        inside = not any(map(lt, row, low)) and not any(map(gt, row, high))
        return [] if inside else self.warnings(np.array([row], dtype=np.float64))

    def warnings(self, rows: Floats) -> list[str]:
        """A sentence for each feature that lies outside its range in training in any of the rows (n, p)."""
        low, high = self.training_range
        counts = ((rows < low) | (rows > high)).sum(axis=0).tolist()
        return [self._outside(number, count, len(rows)) for number, count in enumerate(counts) if count]

    def _outside(self, number: int, count: int, rows: int) -> str:
        core = self.model
        where = f" in {count} of {rows} rows" if rows > 1 else ""
        said = f"{core.features[number]} is outside its range in training"
        limits = f"({core.minima[number]:.6g} to {core.maxima[number]:.6g}){where}"
        width = "; the interval's width is proportional to it" if core.features[number] == core.scale_feature else ""
        return f"{said} {limits}{width}."

    @cached_property
    def training_range(self) -> tuple[list[float], list[float]]:
        """The range of every feature in training, a little widened."""
        low, high = self.model.minima, self.model.maxima
        with np.errstate(invalid="ignore"):
            slack = np.nan_to_num(SLACK * (high - low), nan=0.0, posinf=0.0)
        return (low - slack).tolist(), (high + slack).tolist()

    def outside(self, row: Sequence[float]) -> list[str]:
        """Features of a row that lie outside their range in training."""
        values = np.asarray(row)
        beyond = (values < self.model.minima) | (values > self.model.maxima)
        return [name for name, flag in zip(self.model.features, beyond.tolist(), strict=True) if flag]


def _beyond() -> Problem:
    return Problem(422, "A feature is so large that the forecast is not a finite number.", field="rows")
