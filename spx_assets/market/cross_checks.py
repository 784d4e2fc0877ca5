"""What must hold across series, files and versions: sessions complete, closes continuous, prices consistent.

Each function gives the rows that break its rule, newest values only, or a number to judge; none raises. One
file is judged on its own by `plausibility`; here the merged history is.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from spx_assets.market.calendar import FIRST_SESSION, LAST_SESSION, closed_since, sessions
from spx_assets.market.plausibility import MAX_LOG_RETURN
from spx_assets.market.rewrites import ROUNDING

CLOSE = "spx_close"
PRICES = ("spx_open", "spx_high", "spx_low", "spx_close")
SATURDAY = 5
# Stooq dates these four sessions a day early, on Sundays and a holiday, where they cannot be used.
_ABSENT_AT_STOOQ = pd.DatetimeIndex(["1948-02-02", "1948-02-09", "1948-02-17", "1948-02-24"])


def missing_sessions(observations: pd.DataFrame) -> pd.DataFrame:
    """Sessions between the first and the last close that have none: one column, `session`.

    Saturday sessions, which ended in 1952, may be missing (Yahoo has none), and four of February 1948 (Stooq).
    """
    closes = pd.DatetimeIndex(observations.loc[observations["series"] == CLOSE, "date"].unique())
    if closes.empty:
        return pd.DataFrame({"session": closes})
    missing = sessions(closes.min(), closes.max()).difference(closes).difference(_ABSENT_AT_STOOQ)
    return pd.DataFrame({"session": missing[missing.dayofweek != SATURDAY]})


def closed_days(observations: pd.DataFrame) -> pd.DataFrame:
    """Rows of the index dated on days on which the NYSE was closed."""
    index = observations[observations["series"].isin([*PRICES, "spx_volume"])]
    return index[~index["date"].isin(sessions(FIRST_SESSION, LAST_SESSION))].reset_index(drop=True)


def jumps(observations: pd.DataFrame) -> pd.DataFrame:
    """Closes further than a log return of 0.25 a session from the close before: session, before, after, log_return."""
    close = _newest(observations, CLOSE)
    every = sessions(FIRST_SESSION, LAST_SESSION)
    moved = np.diff(np.log(close.to_numpy()))
    # Where sessions may be missing (Saturdays), each of them may have moved by as much.
    apart = np.maximum(np.diff(every.searchsorted(close.index)), 1)
    found = np.flatnonzero(np.abs(moved) > MAX_LOG_RETURN * apart) + 1
    return pd.DataFrame(
        {
            "session": close.index[found],
            "before": close.to_numpy()[found - 1],
            "after": close.to_numpy()[found],
            "log_return": moved[found - 1],
        }
    )


def inconsistent_prices(observations: pd.DataFrame) -> pd.DataFrame:
    """Sessions whose high is not the largest or whose low not the smallest price, beyond sources' rounding."""
    prices = pd.concat({name: _newest(observations, name) for name in PRICES}, axis=1)
    high, low = prices["spx_high"] * (1 + ROUNDING), prices["spx_low"] * (1 - ROUNDING)
    above = prices[["spx_open", "spx_close", "spx_low"]].gt(high, axis=0).any(axis=1)
    below = prices[["spx_open", "spx_close"]].lt(low, axis=0).any(axis=1)
    return prices[above | below].rename_axis("session").reset_index()


def fewer_rows(known: pd.DataFrame, merged: pd.DataFrame) -> pd.DataFrame:
    """Series with fewer rows or dates than the last version had: series, before, after."""
    counts = {
        when: rows.groupby("series")["date"].agg(["size", "nunique"]).reindex(sorted(known["series"].unique()))
        for when, rows in (("before", known), ("after", merged))
    }
    fell = counts["after"].fillna(0).lt(counts["before"]).any(axis=1)
    table = pd.DataFrame({when: count["size"].fillna(0).astype("int64") for when, count in counts.items()})
    return table[fell].rename_axis("series").reset_index()


def sessions_behind(observations: pd.DataFrame, now: pd.Timestamp) -> int | None:
    """How many sessions have closed since the last close known; None without any close."""
    last = observations.loc[observations["series"] == CLOSE, "date"].max()
    return None if pd.isna(last) else closed_since(last.date(), now.tz_convert("UTC").to_pydatetime(warn=False))


def _newest(observations: pd.DataFrame, series: str) -> pd.Series:
    """The newest value of each date, by date."""
    rows = observations[observations["series"] == series].sort_values(["date", "known_at"], kind="stable")
    rows = rows.drop_duplicates("date", keep="last")
    return pd.Series(rows["value"].to_numpy(), index=pd.DatetimeIndex(rows["date"]))
