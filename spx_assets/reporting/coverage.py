"""What data the report rests on: each series' stretch of time, its gaps, rows and revisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from spx_assets.features import CLOSE
from spx_assets.market.catalogue import CATALOGUE
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.arrays import Dates, dates

# A gap is a pause of more than this many days beyond one and a half times the series' usual spacing.
PATIENCE_DAYS = 9.0
PERIODS = {"monthly": "M", "quarterly": "Q"}


@dataclass(frozen=True, eq=False)
class SeriesCoverage:
    """One series: dates it has, those it lacks, vintages that replaced an earlier one, unbroken runs (start, end).

    `missing` counts what its rhythm asks for between its first date and its last: of a daily series the days on
    which the index closed, of a monthly one the months. None where no rhythm or no close is known. `sources` counts
    where its values came from.

    `largest_revision` is the largest change of a value by a later vintage, as a fraction of the value before;
    NaN where nothing was revised.
    """

    name: str
    unit: str
    frequency: str
    dates: int
    missing: int | None
    sources: int
    revisions: int
    first: date
    last: date
    runs: Dates
    largest_revision: float

    @property
    def gaps(self) -> int:
        """How often it pauses longer than its rhythm allows."""
        return len(self.runs) - 1


def data_coverage(observations: pd.DataFrame) -> tuple[SeriesCoverage, ...] | Absent:
    """Every series of the observations, in the catalogue's order."""
    if observations.empty:
        return Absent("There are no observations.")
    order = {name: place for place, name in enumerate(CATALOGUE)}
    present = sorted(observations["series"].unique(), key=lambda name: (order.get(name, len(order)), name))
    grouped = observations.groupby("series", sort=False)
    closes = observations.loc[observations["series"] == CLOSE, "date"].unique()
    revisions = largest_revisions(observations)
    return tuple(
        _coverage(str(name), grouped.get_group(name), closes, revisions.get(str(name), float("nan")))
        for name in present
    )


def largest_revisions(observations: pd.DataFrame) -> dict[str, float]:
    """By series that was revised, the largest change from one vintage to the next, over the value before."""
    several = observations[observations.duplicated(["series", "date"], keep=False)]
    several = several.sort_values(["series", "date", "known_at"], kind="stable")
    before = several.groupby(["series", "date"])["value"].shift()
    change = ((several["value"] - before) / before).abs().replace(np.inf, np.nan)
    return {str(name): float(size) for name, size in change.groupby(several["series"]).max().dropna().items()}


def _coverage(name: str, rows: pd.DataFrame, closes: Dates, largest_revision: float) -> SeriesCoverage:
    days = np.sort(rows["date"].unique()).astype("datetime64[ns]")
    entry = CATALOGUE.get(name)
    return SeriesCoverage(
        name,
        entry.unit if entry else "",
        entry.frequency if entry else "",
        len(days),
        _missing(days, entry.frequency if entry else "", closes),
        rows["source"].nunique(),
        len(rows) - len(days),
        pd.Timestamp(days[0]).date(),
        pd.Timestamp(days[-1]).date(),
        _runs(days),
        largest_revision,
    )


def _missing(days: Dates, frequency: str, closes: Dates) -> int | None:
    if frequency == "daily" and len(closes):
        return len(np.setdiff1d(closes[(closes >= days[0]) & (closes <= days[-1])], days))
    if frequency in PERIODS:
        periods = pd.DatetimeIndex(days).to_period(PERIODS[frequency]).unique()
        return len(pd.period_range(periods[0], periods[-1])) - len(periods)
    return None


def _runs(days: Dates) -> Dates:
    """Start and end of each stretch without a gap, shape (runs, 2)."""
    spacing = np.diff(days) / np.timedelta64(1, "D")
    usual = float(np.median(spacing)) if len(spacing) else 1.0
    broken = np.flatnonzero(spacing > 1.5 * usual + PATIENCE_DAYS)
    starts = days[np.concatenate([[0], broken + 1])]
    ends = days[np.concatenate([broken, [len(days) - 1]])]
    return dates(np.stack([starts, ends], axis=1))
