"""The forecasts for the coming sessions, with intervals, beside the closes that led up to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from spx_assets.reporting.absent import Absent
from spx_assets.reporting.arrays import Dates, Numbers, dates, numbers
from spx_assets.reporting.regimes import closes

PERCENT = 100.0
PAST_SESSIONS = 63


@dataclass(frozen=True)
class Interval:
    """A range in % of log return that holds the return with probability `level`."""

    level: float
    low: float
    high: float


@dataclass(frozen=True)
class NextForecast:
    """One row of `next_forecast`: log returns in %, intervals narrowest first.

    `contained` is the share of past outcomes that the model's 90 % intervals contained, as its card says.
    """

    horizon: int
    target: date
    model: str
    forecast: float
    benchmark: float
    skill: bool
    statement: str
    intervals: tuple[Interval, ...]
    contained: float | None = None

    def interval(self, level: float) -> Interval | None:
        """The interval of this nominal level, None when the table has none or it is not finite."""
        found = (one for one in self.intervals if abs(one.level - level) < 1e-9)
        return next(found, None)


@dataclass(frozen=True, eq=False)
class Outlook:
    """The session the forecasts were made at, its close (None when unknown), the closes before, the forecasts."""

    origin: date
    close: float | None
    past: Dates
    past_closes: Numbers
    forecasts: tuple[NextForecast, ...]

    def index_level(self, log_return_percent: float) -> float:
        """The index after a log return in %; NaN when the close is unknown."""
        return float("nan") if self.close is None else self.close * float(np.exp(log_return_percent / PERCENT))


def outlook(
    observations: pd.DataFrame, next_forecast: pd.DataFrame | None, card: Mapping[str, Any] | None = None
) -> Outlook | Absent:
    """The newest origin's forecasts, shortest horizon first."""
    if next_forecast is None or next_forecast.empty:
        return Absent("No forecast for the coming sessions was given to this report.")
    origin = next_forecast["origin"].max()
    rows = next_forecast[next_forecast["origin"] == origin].sort_values("horizon")
    forecasts = tuple(_forecast(row, card or {}) for row in rows.to_dict("records"))
    known = closes(observations)
    known = known[known.index <= origin]
    ahead = max(forecast.horizon for forecast in forecasts)
    recent = known.iloc[-max(PAST_SESSIONS, 3 * ahead) :]
    close = float(known[origin]) if origin in known.index else None
    return Outlook(origin.date(), close, dates(recent.index), numbers(recent), forecasts)


def _forecast(row: dict[Any, Any], card: Mapping[str, Any]) -> NextForecast:
    entry = card.get("horizons", {}).get(str(row["horizon"]), {})
    shares = entry.get("interval_coverage", {}) if entry.get("model") == row["model"] else {}
    levels = sorted(float(name.removeprefix("lower_")) for name in row if name.startswith("lower_"))
    bounds = ((level, row[f"lower_{level:g}"], row[f"upper_{level:g}"]) for level in levels)
    return NextForecast(
        int(row["horizon"]),
        row["target_session"].date(),
        str(row["model"]),
        PERCENT * float(row["forecast"]),
        PERCENT * float(row["benchmark"]),
        bool(row["skill"]),
        str(row["statement"]),
        tuple(
            Interval(level / 100.0, PERCENT * float(low), PERCENT * float(high))
            for level, low, high in bounds
            if np.isfinite(low) and np.isfinite(high)
        ),
        shares.get("90"),
    )
