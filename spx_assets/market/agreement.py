"""Whether the values of a file are those that are known of a series: on the same dates, or moved by a day or two.

Values in, values out: what is known may be held already, come from another source of the same reading, or be a
published close. What follows from an agreement, or the lack of one, is decided where a file is read.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spx_assets.market.calendar import FIRST_SESSION, LAST_SESSION, sessions

# Half a unit of what is known, in cents, and the last digits of single precision, in which Yahoo keeps its prices.
_OWN_ROUNDING = 0.0051
_RELATIVE_ROUNDING = 1e-6
# So many leading digits in common are no chance: one close of 5881.63, two of a VIX of 17.24.
CONVINCING_DIGITS = 5.0
# A vendor's few differences are no other instrument: Yahoo's and FRED's closes differ on 7 of 2,514 sessions.
_LEAST_AGREEING = 0.95
_MOVED_ROWS = 5


class Held:
    """The newest value of each date of what is known, by series; a series is looked up when it is asked for."""

    def __init__(self, *observations: pd.DataFrame) -> None:
        self._observations = observations
        self._series: dict[str, pd.Series] = {}

    def of(self, series: str) -> pd.Series:
        """The values of a series by date, in order; those of later tables stand."""
        if series not in self._series:
            parts = [rows[(rows["series"] == series).to_numpy()] for rows in self._observations]
            rows = pd.concat(parts) if parts else pd.DataFrame({"date": [], "value": []})
            newest = rows.drop_duplicates("date", keep="last")
            values = pd.Series(newest["value"].to_numpy(dtype=float), index=pd.DatetimeIndex(newest["date"]))
            self._series[series] = values.sort_index()
        return self._series[series]

    def beside(self, observations: pd.DataFrame) -> Held:
        """The same with more observations, which stand where both have a date."""
        return Held(*self._observations, observations)


@dataclass(frozen=True)
class Agreement:
    """How far values agree with what is known: per row whether it is known and whether it agrees, and the digits."""

    known: NDArray[np.bool_]
    agrees: NDArray[np.bool_]
    expected: NDArray[np.float64]
    digits: float

    @property
    def common(self) -> int:
        """How many of the dates are known."""
        return int(self.known.sum())

    @property
    def differing(self) -> NDArray[np.intp]:
        """The rows whose date is known with another value."""
        return np.flatnonzero(self.known & ~self.agrees)

    @property
    def holds(self) -> bool:
        """Whether nearly every common date agrees; False where there is none."""
        return self.common > 0 and len(self.differing) <= (1 - _LEAST_AGREEING) * self.common

    @property
    def convinces(self) -> bool:
        """Whether it holds, and by more digits than chance gives."""
        return self.holds and self.digits >= CONVINCING_DIGITS


def rounding_of(values: NDArray[np.float64]) -> float:
    """Half a unit of the last decimal of the values, cents at the finest."""
    sound = values[np.isfinite(values)]
    for decimals in (0, 1):
        if np.allclose(sound, np.round(sound, decimals), rtol=0, atol=1e-9):
            return 0.5 * 10.0**-decimals
    return 0.005


def agreement(dates: pd.DatetimeIndex, values: NDArray[np.float64], known: pd.Series) -> Agreement:
    """The values against what is known on the same dates, within the rounding of both."""
    expected = known.reindex(dates).to_numpy(dtype=np.float64)
    tolerance = rounding_of(values) + _OWN_ROUNDING + _RELATIVE_ROUNDING * np.abs(expected)
    both = np.isfinite(expected) & np.isfinite(values)
    agrees = both & (np.abs(values - expected) <= tolerance)
    digits = np.log10(np.maximum(np.abs(expected[agrees]) / (2 * tolerance[agrees]), 1.0)).sum()
    return Agreement(both, agrees, expected, float(digits))


@dataclass(frozen=True)
class Shift:
    """How the dates of a file are moved against what is known, and the rows that show it."""

    what: str
    rows: NDArray[np.intp]


def shift_of(dates: pd.DatetimeIndex, values: NDArray[np.float64], known: pd.Series) -> Shift | None:
    """The shift at which values agree that do not agree on their own dates; None when they do, or never do."""
    own = agreement(dates, values, known)
    if own.holds and len(own.differing) < _MOVED_ROWS:
        return None
    best: Shift | None = None
    for what, moved in _moved(dates):
        there = agreement(moved, values, known)
        only_there = there.agrees & ~own.agrees
        whole = there.convinces and not own.holds and only_there.sum() > own.agrees.sum()
        part = only_there & own.known
        # Where all values are alike, as a rate that is quoted in hundredths, a few agree with their neighbours.
        if whole or (part.sum() >= _MOVED_ROWS and part.sum() > len(own.differing) / 2):
            rows = np.flatnonzero(only_there)
            best = Shift(what, rows) if best is None or len(rows) > len(best.rows) else best
    return best


def _moved(dates: pd.DatetimeIndex) -> list[tuple[str, pd.DatetimeIndex]]:
    """The dates moved by a session or a day and by two, and in which words a file with such dates is said to be."""
    every = sessions(FIRST_SESSION, LAST_SESSION)
    place = every.get_indexer(dates)
    moved = []
    for step in (1, -1, 2, -2):
        late = "early" if step > 0 else "late"
        at = np.clip(place + step, 0, len(every) - 1)
        by_session = pd.DatetimeIndex(np.where(place >= 0, every[at].to_numpy(), np.datetime64("NaT")))
        by_day = dates + pd.Timedelta(days=step)
        count = "one" if abs(step) == 1 else "two"
        plural = "" if abs(step) == 1 else "s"
        moved += [(f"{count} day{plural} {late}", by_day), (f"{count} session{plural} {late}", by_session)]
    return moved
