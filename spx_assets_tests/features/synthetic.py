"""Series that the embedded data does not carry, made by formula over its sessions, with rule-given `known_at`."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spx_assets.market import calendar
from spx_assets.market.reading import observations_of


def daily(series: str, first: str, last: str = "2018-12-31", *, level: float = 4.0) -> pd.DataFrame:
    """A smooth daily series around `level` on every session."""
    dates = calendar.sessions(first, last)
    return observations_of(series, dates, level + 0.3 * np.sin(np.arange(len(dates)) / 40.0), "synthetic")


def weekly(series: str, first: str, last: str = "2018-12-31", *, level: float = 220_000.0) -> pd.DataFrame:
    """A smooth weekly series dated on Saturdays."""
    dates = pd.date_range(first, last, freq="W-SAT", unit="ns")
    return observations_of(series, dates, level * (1.0 + 0.1 * np.sin(np.arange(len(dates)) / 9.0)), "synthetic")


def monthly(series: str, first: str, last: str = "2018-11-01", *, level: float = 5.0) -> pd.DataFrame:
    """A smooth monthly series dated on first days."""
    dates = pd.date_range(first, last, freq="MS", unit="ns")
    return observations_of(series, dates, level + np.sin(np.arange(len(dates)) / 8.0), "synthetic")


def longer_catalogue() -> pd.DataFrame:
    """Every series that the families beyond the founding ones need, from 2012 on."""
    return pd.concat(
        [
            daily("vix3m_close", "2012-01-03", level=16.0),
            daily("treasury_10y", "2012-01-03", level=2.5),
            daily("treasury_3m", "2012-01-03", level=0.5),
            monthly("unemployment", "2011-01-01"),
            weekly("initial_claims", "2012-01-07"),
        ],
        ignore_index=True,
    )


def since_until(observations: pd.DataFrame, series: str, *, first: str = "1900", last: str = "2100") -> pd.DataFrame:
    """The observations with one series only from `first` to `last`."""
    inside = observations["date"].between(pd.Timestamp(first), pd.Timestamp(last))
    return observations[(observations["series"] != series) | inside]
