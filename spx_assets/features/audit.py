"""Proof by recomputation that `cleaned_data` does not look ahead.

For sampled sessions, everything learned after the decision is thrown away and the row is built again:
it must come out equal in every feature, to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

import numpy as np
import pandas as pd

from spx_assets.features.panel import MEAN_PREFIX, build, feature_names, mean_name
from spx_assets.market import calendar


@dataclass(frozen=True)
class LookAhead:
    """A cell that changes when the future is removed."""

    session: pd.Timestamp
    feature: str
    stored: float
    known: float


def sampled_sessions(cleaned: pd.DataFrame, count: int) -> pd.DatetimeIndex:
    """`count` sessions spread evenly from the first to the last row."""
    position = np.unique(np.linspace(0, len(cleaned) - 1, num=count).round().astype(int))
    return pd.DatetimeIndex(cleaned["session"].iloc[position])


def look_ahead(
    observations: pd.DataFrame,
    cleaned: pd.DataFrame,
    *,
    sessions: pd.DatetimeIndex | None = None,
    decision_time: time = time(16, 0),
) -> tuple[LookAhead, ...]:
    """Every cell of the sampled sessions that differs from a build on observations known by then."""
    chosen = sampled_sessions(cleaned, 5) if sessions is None else sessions
    horizons = [int(name.removeprefix(MEAN_PREFIX)) for name in map(str, cleaned) if name.startswith(MEAN_PREFIX)]
    names = [*feature_names(cleaned), *map(mean_name, horizons)]
    stored = cleaned.set_index(pd.DatetimeIndex(cleaned["session"]))[names].astype(float)
    found: list[LookAhead] = []
    for session, decided_at in zip(chosen, calendar.decision_times(chosen, at=decision_time), strict=True):
        known = observations[observations["known_at"] <= decided_at]
        row = build(known, horizons=horizons or (1,), decision_time=decision_time).iloc[-1]
        for name in names:
            then = float(row[name]) if row["session"] == session and name in row.index else float("nan")
            now = float(stored[name].loc[session])
            if then != now and not (np.isnan(then) and np.isnan(now)):
                found.append(LookAhead(session, name, now, then))
    return tuple(found)
