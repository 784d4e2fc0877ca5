"""Observations as they stood at each decision: views, and the epochs between revisions.

Between two revisions the past stands still, so trailing statistics can be computed once for the whole
history and each session takes the row it could have known. At a revision the past changes; an epoch
begins, and everything is computed anew from the history as it stood then. This makes row t equal, to
the bit, to a computation from the observations known by t alone. What is computed is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class View:
    """One series as it stood in an epoch: rows by date, and the instant each row became usable.

    Both are indexed by date; `known_at` never decreases with the date. Instants in this module are UTC
    without a zone, the form in which numpy compares them.
    """

    value: pd.Series
    known_at: pd.Series


@dataclass(frozen=True)
class Sessions:
    """The sessions to fill (naive midnights) and the instant at which each decides."""

    index: pd.DatetimeIndex
    decided_at: pd.DatetimeIndex


Views = Mapping[str, View]
Family = Callable[[Views, Sessions], pd.DataFrame]


def irregular(series: pd.DataFrame) -> np.ndarray:
    """Which rows of one series (sorted by date, known_at) change the past when they become known.

    A second value for a date is a revision. A first value that became known after a later date's
    value is late. Everything else only extends the series.
    """
    revision = series["date"].duplicated().to_numpy()
    first_known = series["known_at"].to_numpy()[~revision]
    known_after = np.minimum.accumulate(first_known[::-1])[::-1]
    late = revision.copy()
    late[~revision] = np.append(first_known[:-1] > known_after[1:], [False] * bool(len(first_known)))
    return late


def _view(series: pd.DataFrame, mask: np.ndarray, epoch: pd.Timestamp | None) -> View:
    usable = ~mask if epoch is None else ~mask | (series["known_at"] <= epoch).to_numpy()
    rows = series[usable].drop_duplicates("date", keep="last")
    known = rows["known_at"].to_numpy()
    monotone = np.minimum.accumulate(known[::-1])[::-1] if len(known) else known
    dates = pd.DatetimeIndex(rows["date"])
    return View(
        value=pd.Series(rows["value"].to_numpy(), index=dates),
        known_at=pd.Series(monotone, index=dates),
    )


def epochs(
    by_series: Mapping[str, pd.DataFrame], names: Sequence[str]
) -> Iterator[tuple[pd.Timestamp | None, pd.Timestamp | None, Views]]:
    """Each stretch between changes of the past of `names`: (from, until, views); None is unbounded."""
    masks = {name: irregular(by_series[name]) for name in names}
    changes = sorted({at for name in names for at in by_series[name]["known_at"][masks[name]]})
    starts: list[pd.Timestamp | None] = [None, *changes]
    for start, until in zip(starts, [*changes, None], strict=True):
        yield start, until, {name: _view(by_series[name], masks[name], start) for name in names}


def point_in_time(
    family: Family, by_series: Mapping[str, pd.DataFrame], names: Sequence[str], sessions: Sessions
) -> pd.DataFrame:
    """`family` at every session, each row from the observations of `names` known at its decision."""
    parts = []
    for start, until, views in epochs(by_series, names):
        inside = np.ones(len(sessions.index), dtype=bool)
        if start is not None:
            inside &= np.asarray(sessions.decided_at >= start)
        if until is not None:
            inside &= np.asarray(sessions.decided_at < until)
        if inside.any():
            chosen = Sessions(sessions.index[inside], sessions.decided_at[inside])
            parts.append(family(views, chosen))
    return pd.concat(parts)


def as_known(values: pd.DataFrame, known_at: pd.Series, sessions: Sessions, *, max_age: pd.Timedelta) -> pd.DataFrame:
    """The newest row of `values` known at each decision; missing when it became known over `max_age` ago."""
    position = np.searchsorted(known_at.to_numpy(), sessions.decided_at.to_numpy(), side="right") - 1
    found = position >= 0
    taken = np.where(found, position, 0)
    out = pd.DataFrame(np.nan, index=sessions.index, columns=values.columns)
    if len(values):
        age = sessions.decided_at.to_numpy() - known_at.to_numpy()[taken]
        fresh = found & (age <= max_age.to_timedelta64())
        out.loc[fresh] = values.to_numpy()[taken[fresh]]
    return out


def of_the_session(values: pd.DataFrame, known_at: pd.Series, sessions: Sessions) -> pd.DataFrame:
    """The row of `values` dated at each session, missing where it was not known at the decision."""
    out = values.reindex(sessions.index)
    known = known_at.reindex(sessions.index)
    out[~(known <= pd.Series(sessions.decided_at, index=sessions.index)).to_numpy()] = np.nan
    return out
