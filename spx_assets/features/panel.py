"""`build`: from observations to `cleaned_data`, one row per session, and the names of its columns.

Rows begin when every family that is on has its history, and every session from then to the last close is a row; which
families are on is decided in `families`. Returns ahead are the targets; everything else is trailing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from spx_assets.errors import DataRefused
from spx_assets.features import price
from spx_assets.features.families import CLOSE, chosen
from spx_assets.features.point_in_time import MEMORY, Sessions, point_in_time
from spx_assets.features.sample import sample_record
from spx_assets.market import calendar, known_by

TARGET_PREFIX = "target_"
MEAN_PREFIX = "historical_mean_"


@dataclass(frozen=True)
class Assembly:
    """`cleaned_data`, the table of the feature families behind it, and the record of the sample (see `sample`)."""

    cleaned: pd.DataFrame
    families: pd.DataFrame
    sample: Mapping[str, Any]


def target_name(horizon: int) -> str:
    """Column of the log return over the next `horizon` sessions."""
    return f"{TARGET_PREFIX}{horizon}"


def mean_name(horizon: int) -> str:
    """Column of the mean of all returns over `horizon` sessions known at a session, from the first close on."""
    return f"{MEAN_PREFIX}{horizon}"


def feature_names(cleaned: pd.DataFrame) -> tuple[str, ...]:
    """The feature columns of `cleaned_data`, in order."""
    others = (TARGET_PREFIX, MEAN_PREFIX)
    return tuple(name for name in cleaned.columns if name != "session" and not name.startswith(others))


def complete_rows(cleaned: pd.DataFrame) -> pd.DataFrame:
    """The rows of `cleaned_data` in which every feature is known: those that a model can use."""
    known = cleaned[list(feature_names(cleaned))].notna().all(axis=1)
    return cleaned if known.all() else cleaned[known]


def build(
    observations: pd.DataFrame,
    *,
    horizons: Sequence[int] = (1, 5, 21),
    as_of: pd.Timestamp | str | None = None,
    decision_time: time = time(16, 0),
    exclude: Collection[str] = (),
) -> pd.DataFrame:
    """`cleaned_data`: what was known at each NYSE close, and the return that followed.

    Args:
        observations: rows of the `Observation` schema, in any order.
        horizons: sessions ahead; one `target_<h>` = log(close[t+h] / close[t]) each, from the closes as
            known at t+h, missing in the last h rows; and one `historical_mean_<h>`, the mean of all such returns
            known at t, from the first close on: what a forecast is compared with.
        as_of: use only what was known at this instant, and no series introduced later; a date means its decision
            time.
        decision_time: New York wall-clock time at which row t decides, 16:00 or later.
        exclude: feature families to leave out, by name.

    Returns:
        Index and column `session`, every session from the first whose features are all known to the last close;
        20–30 float features, each from observations with `known_at` no later than the row's decision, missing where
        a close is missing or a series paused for longer than its age limit; the targets. For every row t and
        feature, ``build(observations known by t).loc[t] == build(observations).loc[t]`` exactly.

    Raises:
        DataRefused: without the closes, or with too short a history for a single row.

    """
    return assemble(observations, horizons=horizons, as_of=as_of, decision_time=decision_time, exclude=exclude).cleaned


def assemble(
    observations: pd.DataFrame,
    *,
    horizons: Sequence[int] = (1, 5, 21),
    as_of: pd.Timestamp | str | None = None,
    decision_time: time = time(16, 0),
    exclude: Collection[str] = (),
) -> Assembly:
    """`build`, with the table of families and the record of the sample that say what is in it and why."""
    known = _known(observations, as_of, decision_time)
    sessions = _sessions(known, decision_time)
    known = known.assign(known_at=_without_zone(pd.DatetimeIndex(known["known_at"])))
    known = known.sort_values(["series", "date", "known_at"], kind="stable")
    by_series = {str(name): rows for name, rows in known.groupby("series", sort=False)}
    found = chosen(by_series, sessions, exclude)
    panel = found.panel
    complete = panel.notna().all(axis=1)
    if not complete.any():
        raise DataRefused(
            "No session has a full set of features",
            evidence=f"{len(panel)} sessions, fewest values in {panel.count().idxmin()}",
            way_out="Give at least 253 sessions of spx_close, and series that overlap.",
        )
    outcomes = _outcomes(by_series, sessions, horizons)
    cleaned = pd.concat([panel, outcomes], axis=1).loc[complete.idxmax() :]
    cleaned.insert(0, "session", cleaned.index.to_numpy())
    return Assembly(cleaned, found.table, sample_record(cleaned, found.table, by_series, sessions))


def _known(observations: pd.DataFrame, as_of: pd.Timestamp | str | None, decision_time: time) -> pd.DataFrame:
    if as_of is None:
        return observations
    instant = pd.Timestamp(as_of)
    if instant.tzinfo is None:
        instant = calendar.decision_times(pd.DatetimeIndex([instant.normalize()]), at=decision_time)[0]
    return known_by(observations, instant)


def _sessions(known: pd.DataFrame, decision_time: time) -> Sessions:
    dates = known.loc[known["series"] == CLOSE, "date"]
    if dates.empty:
        raise DataRefused(
            "There is no spx_close to build from",
            evidence=f"series present: {', '.join(sorted(known['series'].unique())) or 'none'}",
            way_out="Ingest a source that carries the S&P 500's close, such as `--source sample`.",
        )
    index = calendar.sessions(dates.min(), dates.max())
    index = index[: int(np.flatnonzero(index.isin(dates))[-1]) + 1]
    return Sessions(index, _without_zone(calendar.decision_times(index, at=decision_time)))


def _without_zone(instants: pd.DatetimeIndex) -> pd.DatetimeIndex:
    return instants.tz_convert("UTC").tz_localize(None)


def _outcomes(by_series: Mapping[str, pd.DataFrame], sessions: Sessions, horizons: Sequence[int]) -> pd.DataFrame:
    """Per horizon the target of each session, and the mean of all returns known at it.

    Both are of trailing returns as known at each session; a target is one moved back to its origin, so that no later
    revision enters. The mean begins with the first close, however late the first row of features is.
    """
    trailing = partial(price.trailing_returns, horizons=tuple(horizons), grid=sessions.index)
    memory = max(MEMORY, max(horizons, default=0) + 1)
    realised = point_in_time(trailing, by_series, (CLOSE,), sessions, memory=memory)
    targets = {target_name(h): realised[str(h)].shift(-h) for h in horizons}
    means = {mean_name(h): _running_mean(realised[str(h)]) for h in horizons}
    return pd.DataFrame(targets | means, index=sessions.index)


def _running_mean(returns: pd.Series) -> pd.Series:
    """Mean of the returns up to each row, those that are missing left out; missing before the first."""
    count = returns.notna().cumsum().to_numpy(dtype=np.float64)
    return returns.fillna(0.0).cumsum() / np.where(count > 0, count, np.nan)
