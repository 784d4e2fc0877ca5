"""What the model uses, through time and one feature at a time, as frozen values.

Computed by `forecasting.importance`; which features are shown is decided here: the strongest, the same for all
horizons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from spx_assets.features import FEATURES
from spx_assets.forecasting.importance import coefficient_path, partial_dependence, permutation_path
from spx_assets.forecasting.trained_model import FittedModel
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.arrays import Dates, Numbers, dates, numbers

MOST_FEATURES = 6
BASIS_POINTS = 1e4
NOTHING_FITTED = "No candidate was fitted beside the historical mean, which uses no feature."


@dataclass(frozen=True, eq=False)
class UsePath:
    """One horizon's importance of each feature (columns of `values`) at each session.

    By `coefficient`: basis points of log return per standard deviation. By `permutation`: per cent of the
    outcome's variance that the error grows by.
    """

    horizon: int
    model: str
    deployed: bool
    measure: Literal["coefficient", "permutation"]
    sessions: Dates
    features: tuple[str, ...]
    values: Numbers


@dataclass(frozen=True, eq=False)
class Dependence:
    """One horizon's average forecast over values of one feature, less its mean: basis points of return a session."""

    feature: str
    unit: str
    horizon: int
    model: str
    deployed: bool
    grid: Numbers
    response: Numbers


@dataclass(frozen=True, eq=False)
class Usage:
    """Importance through time per horizon, and partial dependence per feature and horizon."""

    paths: tuple[UsePath, ...]
    dependences: tuple[Dependence, ...]

    @property
    def features(self) -> tuple[str, ...]:
        """The features shown, strongest first."""
        return self.paths[0].features


def usage(
    cleaned: pd.DataFrame, models: Mapping[int, FittedModel], deployed: Mapping[int, str], first: pd.Timestamp | None
) -> Usage | Absent:
    """The paths and dependences of each horizon's model; `first` is the first session with a forecast."""
    if not models:
        return Absent(NOTHING_FITTED)
    tables = {horizon: _path(model, cleaned, first) for horizon, model in sorted(models.items())}
    shown = _strongest([table for table, _ in tables.values()])
    paths = tuple(
        UsePath(
            horizon,
            models[horizon].name,
            deployed.get(horizon) == models[horizon].name,
            measure,
            dates(table.index),
            shown,
            numbers_of(table[list(shown)]),
        )
        for horizon, (table, measure) in tables.items()
    )
    dependences = tuple(
        _dependence(models[path.horizon], cleaned, name, deployed=path.deployed) for name in shown for path in paths
    )
    return Usage(paths, dependences)


def numbers_of(table: pd.DataFrame) -> Numbers:
    """The values of a table, read-only."""
    values = table.to_numpy(dtype=np.float64, copy=True)
    values.setflags(write=False)
    return values


def _path(
    model: FittedModel, cleaned: pd.DataFrame, first: pd.Timestamp | None
) -> tuple[pd.DataFrame, Literal["coefficient", "permutation"]]:
    table = coefficient_path(model, cleaned, first=first)
    if len(table):
        return BASIS_POINTS * table, "coefficient"
    return 100.0 * permutation_path(model, cleaned), "permutation"


def _strongest(tables: list[pd.DataFrame]) -> tuple[str, ...]:
    """By average size through time, each horizon counting alike."""
    sizes = [table.abs().mean() for table in tables]
    strength = sum((size / (size.max() or 1.0) for size in sizes), start=pd.Series(0.0, index=tables[0].columns))
    ordered = strength.sort_values(ascending=False, kind="stable")
    return tuple(str(name) for name in ordered.index[:MOST_FEATURES])


def _dependence(model: FittedModel, cleaned: pd.DataFrame, name: str, *, deployed: bool) -> Dependence:
    grid, response = partial_dependence(model, cleaned, name)
    unit = FEATURES[name].unit if name in FEATURES else ""
    around_mean = numbers(BASIS_POINTS * (response - response.mean()) / model.horizon)
    return Dependence(name, unit, model.horizon, model.name, deployed, numbers(grid), around_mean)
