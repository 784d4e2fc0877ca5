"""The index through calm, normal and turbulent sessions, told apart by what was known at each session.

The measure is the VIX where there is one, realised volatility otherwise; its terciles are those of the
sessions up to and including the one they classify, never of the whole sample.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from spx_assets.reporting.absent import Absent
from spx_assets.reporting.arrays import Dates, Numbers, dates, numbers

SESSIONS_PER_YEAR = 252
# Half a year of sessions before a tercile is named; earlier sessions have no regime.
FEWEST_SESSIONS = 126
REGIMES = ("calm", "normal", "turbulent")
UNCLASSIFIED = -1


@dataclass(frozen=True)
class Regime:
    """One tercile: its sessions, and the deviation of the next session's return in % (NaN if unknown)."""

    name: str
    sessions: int
    next_deviation: float


@dataclass(frozen=True, eq=False)
class PriceRegimes:
    """Close and volatility measure per session, the tercile bounds known then, and the regime 0, 1 or 2."""

    sessions: Dates
    close: Numbers
    measure_name: str
    measure: Numbers
    lower_bound: Numbers
    upper_bound: Numbers
    regime: Numbers
    regimes: tuple[Regime, ...]


def closes(observations: pd.DataFrame) -> pd.Series:
    """The newest known S&P 500 close of each date, in order of dates."""
    rows = observations[observations["series"] == "spx_close"]
    newest = rows.sort_values(["date", "known_at"], kind="stable").drop_duplicates("date", keep="last")
    return pd.Series(newest["value"].to_numpy(), index=pd.DatetimeIndex(newest["date"]))


def price_regimes(observations: pd.DataFrame, cleaned: pd.DataFrame) -> PriceRegimes | Absent:
    """The index over the sessions of `cleaned_data`, each with its volatility regime."""
    close = closes(observations)
    if close.empty or cleaned.empty:
        return Absent("There are no closes of the S&P 500 to draw.")
    measured = _measure(cleaned)
    if measured is None:
        return Absent("Neither the VIX nor realised volatility is among the features: no regimes to tell.")
    name, measure = measured
    expanding = measure.expanding(FEWEST_SESSIONS)
    lower, upper = expanding.quantile(1 / 3), expanding.quantile(2 / 3)
    regime = pd.Series(1.0, index=measure.index).mask(measure <= lower, 0.0).mask(measure > upper, 2.0)
    regime = regime.mask(lower.isna(), float(UNCLASSIFIED))
    return PriceRegimes(
        dates(measure.index),
        numbers(close.reindex(measure.index)),
        name,
        numbers(measure),
        numbers(lower),
        numbers(upper),
        numbers(regime),
        _summaries(cleaned, regime),
    )


def _measure(cleaned: pd.DataFrame) -> tuple[str, pd.Series] | None:
    index = pd.DatetimeIndex(cleaned["session"])
    if "vix_level" in cleaned:
        return "VIX", pd.Series(cleaned["vix_level"].to_numpy(), index=index)
    if "realized_volatility_22" in cleaned:
        yearly = 100.0 * np.sqrt(SESSIONS_PER_YEAR) * cleaned["realized_volatility_22"].to_numpy()
        return "realised volatility, 22 sessions", pd.Series(yearly, index=index)
    return None


def _summaries(cleaned: pd.DataFrame, regime: pd.Series) -> tuple[Regime, ...]:
    missing = pd.Series(np.nan, index=cleaned.index)
    following = 100.0 * cleaned.get("target_1", missing).to_numpy(dtype=np.float64)
    made = []
    for place, name in enumerate(REGIMES):
        within = regime.to_numpy() == place
        known = following[within & np.isfinite(following)]
        made.append(Regime(name, int(within.sum()), float(np.std(known)) if len(known) else float("nan")))
    return tuple(made)
