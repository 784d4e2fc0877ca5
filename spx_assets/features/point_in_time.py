"""Observations as they stood at each decision: views, and the stretches of sessions between revisions.

Between two revisions the past stands still, so trailing statistics can be computed once for all the sessions
between, and each takes the row it could have known. At a revision the past changes; a stretch begins, and what it
needs is computed anew from the history as it stood then. This makes row t equal, to the bit, to a computation from
the observations known by t alone. What is computed is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
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


MEMORY = 1_000  # rows of a series before a stretch: no feature remembers more than 504 sessions, as the audit sees to
CHUNK_SESSIONS = 2**17  # bounds the memory of bars; five centuries of days

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


@dataclass(frozen=True, eq=False)
class Stretch:
    """Consecutive sessions between two changes of the past, and the series as they stood."""

    sessions: Sessions
    views: Views


def stretches(
    by_series: Mapping[str, pd.DataFrame], names: Sequence[str], sessions: Sessions, *, memory: int = MEMORY
) -> Iterator[Stretch]:
    """The sessions in stretches, cut where the past of `names` changes, and each with the past that it needs.

    The first stretch sees all that was known before it, later ones the last `memory` rows of each series. A change
    that no session saw before the next one makes no stretch.
    """
    histories = [_History.of(name, by_series[name]) for name in names]
    decided_at = sessions.decided_at.to_numpy()
    changes = np.unique(np.concatenate([each.known_at[each.irregular] for each in histories] or [decided_at[:0]]))
    seen = np.searchsorted(changes, decided_at, side="right")
    begins = np.union1d(np.flatnonzero(np.diff(seen, prepend=-1)), np.arange(0, len(seen), CHUNK_SESSIONS))
    for begin, end in zip(begins, [*begins[1:], len(seen)], strict=True):
        inside = Sessions(sessions.index[begin:end], sessions.decided_at[begin:end])
        epoch = changes[seen[begin] - 1] if seen[begin] else None
        yield Stretch(inside, {each.name: each.view(epoch, inside, memory if begin else None) for each in histories})


@dataclass(frozen=True, eq=False)
class _History:
    """One series as arrays sorted by date and `known_at`, and which rows change the past."""

    name: str
    date: npt.NDArray[np.datetime64]
    value: npt.NDArray[np.float64]
    known_at: npt.NDArray[np.datetime64]
    irregular: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, name: str, series: pd.DataFrame) -> _History:
        date, value, known_at = (series[column].to_numpy() for column in ("date", "value", "known_at"))
        return cls(name, date, value, known_at, irregular(series))

    def view(self, epoch: np.datetime64 | None, inside: Sessions, memory: int | None) -> View:
        """What stood from `epoch` on, as far as the sessions knew it; with `memory`, the last rows before them."""
        usable = ~self.irregular if epoch is None else ~self.irregular | (self.known_at <= epoch)
        rows = np.flatnonzero(usable)
        rows = rows[np.append(self.date[rows][1:] != self.date[rows][:-1], [True] * bool(len(rows)))]
        known_at = np.minimum.accumulate(self.known_at[rows][::-1])[::-1]
        first, end = np.searchsorted(known_at, inside.decided_at.to_numpy()[[0, -1]], side="right")
        kept = slice(0 if memory is None else max(int(first) - memory, 0), int(end))
        dates = pd.DatetimeIndex(self.date[rows[kept]])
        return View(pd.Series(self.value[rows[kept]], index=dates), pd.Series(known_at[kept], index=dates))


def point_in_time(
    family: Family,
    by_series: Mapping[str, pd.DataFrame],
    names: Sequence[str],
    sessions: Sessions,
    *,
    memory: int = MEMORY,
) -> pd.DataFrame:
    """`family` at every session, each row from the observations of `names` known at its decision."""
    parts = stretches(by_series, names, sessions, memory=memory)
    return pd.concat([family(each.views, each.sessions) for each in parts])


def as_known(values: pd.DataFrame, known_at: pd.Series, sessions: Sessions, *, max_age: pd.Timedelta) -> pd.DataFrame:
    """Per column the newest value known at each decision; missing when it became known over `max_age` ago.

    A row without a value (a month never published, a window with a gap) leaves the one before it standing. `values`
    may stand on any dates; only those at which `known_at` says that something was published count.
    """
    rows = values.reindex(known_at.index).to_numpy(dtype=np.float64)
    decided_at, published = sessions.decided_at.to_numpy(), known_at.to_numpy()
    out = np.full((len(decided_at), rows.shape[1]), np.nan)
    for column, cells in enumerate(rows.T):
        there = np.flatnonzero(~np.isnan(cells))
        if not len(there):
            continue
        position = np.searchsorted(published[there], decided_at, side="right") - 1
        newest = there[position.clip(min=0)]
        fresh = (position >= 0) & (decided_at - published[newest] <= max_age.to_timedelta64())
        out[fresh, column] = cells[newest[fresh]]
    return pd.DataFrame(out, index=sessions.index, columns=values.columns)


def of_the_session(values: pd.DataFrame, known_at: pd.Series, sessions: Sessions) -> pd.DataFrame:
    """The row of `values` dated at each session, missing where it was not known at the decision."""
    out = values.reindex(sessions.index)
    known = known_at.reindex(sessions.index)
    out[~(known <= pd.Series(sessions.decided_at, index=sessions.index)).to_numpy()] = np.nan
    return out
