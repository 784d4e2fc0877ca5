"""What the walk-forward table shows beyond its scores: squared error saved, and forecasts beside returns.

Works on forecasts whose return is known; scores and tests themselves come from `forecasting`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spx_assets.reporting.absent import Absent
from spx_assets.reporting.arrays import Dates, Numbers, dates, numbers
from spx_assets.reporting.labels import BENCHMARK
from spx_assets.reporting.recessions import recessions_within

PERCENT = 100.0
NO_FORECASTS = (
    "There are no out-of-sample forecasts with a known return yet: the history is shorter than the first "
    "training window plus the horizon."
)


@dataclass(frozen=True, eq=False)
class ErrorPanel:
    """Per candidate, the squared error of the mean less its own, cumulated over origins, in %².

    `benchmark` is the squared error of the mean, cumulated likewise: saved over it is the out-of-sample R².
    `recessions` are start and end of those that the NBER dated within the origins.
    """

    horizon: int
    origins: Dates
    saved: Mapping[str, Numbers]
    benchmark: Numbers
    recessions: Dates

    def newer_half_r2(self, model: str) -> float:
        """Out-of-sample R² over the newer half of the origins: what a gain made long ago does not show."""
        half = len(self.origins) // 2
        if half == 0:
            return float("nan")
        saved = self.saved[model][-1] - self.saved[model][half - 1]
        return float(saved / (self.benchmark[-1] - self.benchmark[half - 1]))


@dataclass(frozen=True, eq=False)
class Track:
    """One model's forecasts of one horizon beside what came: log returns in %, and an interval."""

    horizon: int
    model: str
    deployed: bool
    origins: Dates
    realised: Numbers
    forecast: Numbers
    lower: Numbers
    upper: Numbers
    level: float

    @property
    def outside(self) -> int:
        """How many realised returns fell outside their interval."""
        return int(np.sum((self.realised < self.lower) | (self.realised > self.upper)))

    @property
    def judged(self) -> int:
        """How many forecasts had an interval."""
        return int(np.isfinite(self.lower).sum())


def known_rows(evaluation: pd.DataFrame, horizon: int, model: str) -> pd.DataFrame:
    """The rows of one model and horizon whose return is known, in the order of their origins."""
    wanted = (evaluation["horizon"] == horizon) & (evaluation["model"] == model)
    return evaluation[wanted & evaluation["realised"].notna()].sort_values("origin")


def horizons(evaluation: pd.DataFrame) -> tuple[int, ...]:
    """The horizons that have at least one forecast with a known return, in order."""
    known = evaluation.loc[evaluation["realised"].notna(), "horizon"]
    return tuple(sorted(int(horizon) for horizon in known.unique()))


def candidates(evaluation: pd.DataFrame) -> tuple[str, ...]:
    """The models in the table's own order, the historical mean left out."""
    return tuple(str(name) for name in evaluation["model"].unique() if name != BENCHMARK)


def error_difference(evaluation: pd.DataFrame) -> tuple[ErrorPanel, ...] | Absent:
    """Goyal and Welch's (2008) plot: cumulated squared error saved against the historical mean.

    Rising is learning something, falling is paying for noise; the last value over the benchmark's
    squared error is the out-of-sample R².
    """
    names = candidates(evaluation)
    panels = tuple(_error_panel(evaluation, horizon, names) for horizon in horizons(evaluation))
    if not panels:
        return Absent(NO_FORECASTS)
    return panels if names else Absent("Only the historical mean was evaluated; there is nothing to compare.")


def _error_panel(evaluation: pd.DataFrame, horizon: int, names: tuple[str, ...]) -> ErrorPanel:
    saved = {}
    origins: Dates = dates([])
    total: Numbers = numbers([])
    for name in names:
        rows = known_rows(evaluation, horizon, name)
        benchmark = (rows["realised"] - rows["benchmark"]) ** 2
        own = (rows["realised"] - rows["forecast"]) ** 2
        saved[name] = numbers(PERCENT**2 * (benchmark - own).cumsum())
        origins, total = dates(rows["origin"]), numbers(PERCENT**2 * benchmark.cumsum())
    within = recessions_within(origins[0], origins[-1]) if len(origins) else dates([]).reshape(-1, 2)
    return ErrorPanel(horizon, origins, saved, total, within)


def tracks(
    evaluation: pd.DataFrame, models: Mapping[int, str], deployed: Mapping[int, str], level: float = 0.9
) -> tuple[Track, ...] | Absent:
    """For each horizon the named model's forecasts beside what came, with the interval of `level`."""
    known = {horizon: known_rows(evaluation, horizon, models.get(horizon, "")) for horizon in horizons(evaluation)}
    made = tuple(
        _track(rows, horizon, models[horizon], deployed=deployed.get(horizon) == models[horizon], level=level)
        for horizon, rows in known.items()
        if not rows.empty
    )
    return made or Absent(NO_FORECASTS)


def _track(rows: pd.DataFrame, horizon: int, model: str, *, deployed: bool, level: float) -> Track:
    suffix = f"{level * 100:g}"
    missing = pd.Series(np.nan, index=rows.index)
    return Track(
        horizon,
        model,
        deployed,
        dates(rows["origin"]),
        numbers(PERCENT * rows["realised"]),
        numbers(PERCENT * rows["forecast"]),
        numbers(PERCENT * rows.get(f"lower_{suffix}", missing)),
        numbers(PERCENT * rows.get(f"upper_{suffix}", missing)),
        level,
    )
