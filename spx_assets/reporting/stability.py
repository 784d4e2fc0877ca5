"""Whether a gain holds through decades, calm and nervous markets and rolling years, as frozen rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spx_assets.forecasting.stability import ROLLING_YEARS, stability
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.arrays import Dates, Numbers, dates, numbers
from spx_assets.reporting.out_of_sample import NO_FORECASTS


@dataclass(frozen=True)
class Stretch:
    """One part of one model's forecasts and its scores; `split` is all, decade or volatility."""

    horizon: int
    model: str
    deployed: bool
    split: str
    period: str
    forecasts: int
    r2_os: float
    clark_west_p: float
    hit_rate: float
    always_up_rate: float


@dataclass(frozen=True, eq=False)
class RollingSkill:
    """Out-of-sample R² over the calendar years that end with each year, by the last origin of each window."""

    horizon: int
    model: str
    deployed: bool
    years: int
    ends: Dates
    r2_os: Numbers


def stretches(
    evaluation: pd.DataFrame, models: Mapping[int, str], deployed: Mapping[int, str]
) -> tuple[Stretch, ...] | Absent:
    """The named model of each horizon in all its forecasts, by decade and by tercile of volatility."""
    table = _table(evaluation, models)
    if table.empty:
        return Absent(NO_FORECASTS)
    rows = table[table["split"] != "rolling"].sort_values("horizon", kind="stable").to_dict("records")
    return tuple(
        Stretch(
            int(row["horizon"]),
            str(row["model"]),
            deployed.get(int(row["horizon"])) == row["model"],
            str(row["split"]),
            str(row["period"]),
            int(row["n"]),
            *(float(row[name]) for name in ("r2_os", "clark_west_p", "hit_rate", "always_up_rate")),
        )
        for row in rows
    )


def rolling_skill(
    evaluation: pd.DataFrame, models: Mapping[int, str], deployed: Mapping[int, str]
) -> tuple[RollingSkill, ...] | Absent:
    """The named model of each horizon over windows of five years that end with each calendar year."""
    table = _table(evaluation, models)
    rolling = table[table["split"] == "rolling"] if len(table) else table
    if rolling.empty:
        return Absent(_too_short(evaluation))
    by_horizon = {int(rows["horizon"].iloc[0]): rows for _, rows in rolling.groupby("horizon")}
    return tuple(
        RollingSkill(
            horizon,
            models[horizon],
            deployed.get(horizon) == models[horizon],
            ROLLING_YEARS,
            dates(rows["last"]),
            numbers(rows["r2_os"]),
        )
        for horizon, rows in by_horizon.items()
    )


def _table(evaluation: pd.DataFrame, models: Mapping[int, str]) -> pd.DataFrame:
    named = evaluation["model"] == evaluation["horizon"].map(dict(models))
    return stability(evaluation[named])


def _too_short(evaluation: pd.DataFrame) -> str:
    known = evaluation.loc[evaluation["realised"].notna(), "origin"]
    if known.empty:
        return NO_FORECASTS
    span = (known.max() - known.min()) / np.timedelta64(1, "D") / 365.25
    return (
        f"The forecasts span {span:.1f} years, less than the {ROLLING_YEARS} calendar years of a rolling window: "
        "a longer history would show whether a gain came and went."
    )
