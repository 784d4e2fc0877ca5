"""Whether values that were read can be true: dates, ranges, jumps, and the prices of one session together.

What is impossible is a problem and refuses the file. What is merely not an observation yet, or not on an
NYSE session, is left out and counted. Bounds come from the catalogue and from a century of history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spx_assets.market.calendar import FIRST_SESSION, LAST_SESSION, NEW_YORK, sessions
from spx_assets.market.catalogue import CATALOGUE
from spx_assets.market.draft import Draft, FileContext
from spx_assets.market.instrument import INSTRUMENTS, moved
from spx_assets.market.refusal import Problems
from spx_assets.market.table import Table

# Flags every split-like jump and no real session: the largest are -20.5 % (1987-10-19), +16.6 % (1933-03-15).
MAX_LOG_RETURN = 0.25
# The widest session on record is 1987-10-19: log(high / low) = 0.229.
MAX_LOG_RANGE = 0.35
# Sources round the prices of one session separately, Yahoo to single precision.
_ROUNDING = 1e-6
# In four recorded histories the only prices on closed days are Stooq's four of February 1948, a day early; a typing
# error may make another. A file whose dates are all moved by a day has one in five.
MAX_CLOSED_DAYS, MAX_CLOSED_SHARE = 4, 0.1
_MISDATED = pd.DatetimeIndex(["1948-02-01", "1948-02-08", "1948-02-15", "1948-02-23"])
SATURDAY = 5
# FRED has the effective federal funds rate of weekends too.
_EVERY_DAY = ("fed_funds",)
# Vendors round and restate these: the close says whether the dates are moved.
_COMPANIONS = ("spx_open", "spx_high", "spx_low", "spx_volume")
_ENOUGH_FOR_A_LEVEL = 3
_BESIDE = pd.Timedelta(days=45)
# How near, in powers of ten, the ratio of two levels is to a hundred or a thousand when their units differ.
_OF_A_UNIT = 0.15


def plausible(drafts: Sequence[Draft], table: Table, problems: Problems, context: FileContext) -> list[Draft]:
    """The drafts without what is not an observation; everything impossible is added to the problems."""
    now = context.now
    kept = []
    judged: set[int] = set()  # drafts of one table share its rows, and a date is judged once
    for draft in drafts:
        _refuse_dates(draft, table, problems, now, judged)
        judged.update(draft.rows.tolist())
        observed = _without_missing(draft, table, problems)
        observed = _without_running_session(observed, table, problems, now)
        _refuse_closed_days(observed, table, problems)
        if draft.series.startswith("spx_"):
            observed = _on_sessions(observed, table, problems)
        _refuse_before_beginning(observed, table, problems)
        _refuse_out_of_range(observed, table, problems)
        if draft.series not in INSTRUMENTS:  # those are judged where they are identified
            _refuse_moved(observed, table, problems, context)
        _refuse_other_unit(observed, table, problems, context)
        _refuse_wrong_frequency(observed, table, problems)
        if draft.series == "spx_close":
            _refuse_jumps(observed, table, problems)
        kept.append(observed)
    _refuse_inconsistent_prices(kept, table, problems)
    return kept


def _refuse_dates(draft: Draft, table: Table, problems: Problems, now: pd.Timestamp, judged: set[int]) -> None:
    late = [i for i in np.flatnonzero(draft.dates > _today(now)).tolist() if draft.rows[i] not in judged]
    way_out = "Remove the row, or correct its date or this machine's clock."
    problems.add_all(
        len(late),
        (
            (table.place(draft.rows[i], table.date_label), f"{draft.dates[i].date()} is in the future", way_out)
            for i in late
        ),
    )
    if draft.known_at is None:
        return
    early = np.flatnonzero(draft.known_at.tz_localize(None) < draft.dates).tolist()
    way_out = "Give the instant at which the value was published, or leave known_at out."
    problems.add_all(
        len(early),
        (
            (table.place(draft.rows[i], "known_at"), f"before the date itself, {draft.dates[i].date()}", way_out)
            for i in early
        ),
    )


def _refuse_before_beginning(draft: Draft, table: Table, problems: Problems) -> None:
    """A problem when a file holds dates before the first that the series has: it is another one."""
    begins = CATALOGUE[draft.series].begins
    rows = np.flatnonzero(draft.dates < begins) if begins is not None else np.array([], dtype=np.intp)
    if begins is not None and len(rows):
        problems.add(
            table.place(draft.rows[rows[0]], table.date_label),
            f"{draft.series} begins on {begins.date()}, and {len(rows):,} of {len(draft.dates):,} rows are before",
            "Check which index it is; the VIX of before 1990 is another one, now VXO.",
        )


def _refuse_out_of_range(draft: Draft, table: Table, problems: Problems) -> None:
    entry = CATALOGUE[draft.series]
    outside = np.flatnonzero((draft.amounts < entry.low) | (draft.amounts > entry.high))
    wrong = f"is outside {entry.low:g} to {entry.high:g} {entry.unit}, the range of {draft.series}"
    problems.add_all(
        len(outside),
        (
            (
                table.place(draft.rows[i], draft.label),
                f"{draft.amounts[i]:.10g} {wrong}",
                "Check the unit and the column.",
            )
            for i in outside
        ),
    )


def _without_missing(draft: Draft, table: Table, problems: Problems) -> Draft:
    """Without the periods for which the file itself says that it has no value, if it may have none."""
    missing = np.isnan(draft.amounts)
    if not missing.any() or problems.count:
        return draft.only(~missing)
    if draft.series == "spx_close":
        valued = draft.dates[~missing]
        inside = (draft.dates > valued.min()) & (draft.dates < valued.max()) if len(valued) else missing
        traded = np.asarray(draft.dates.isin(sessions(FIRST_SESSION, LAST_SESSION)))
        rows = draft.rows[missing & inside & traded].tolist()
        wrong = "is empty, and the NYSE was open", "Complete the row or remove it."
        problems.add_all(len(rows), ((table.place(row, draft.label), *wrong) for row in rows))
    problems.repaired(int(missing.sum()), f"missing values of {draft.series} skipped")
    return draft.only(~missing)


def _without_running_session(draft: Draft, table: Table, problems: Problems, now: pd.Timestamp) -> Draft:
    """Without the bar of a session that is not over: its last price is not the close."""
    entry = CATALOGUE[draft.series]
    if draft.known_at is not None or entry.release.days or entry.release.next_session:
        return draft
    running = np.asarray(draft.dates == _today(now))
    if not running.any() or entry.known_at(draft.dates[running])[0] <= now:
        return draft
    named = table.named(draft.rows[running], _by_row(draft))
    problems.repaired(int(running.sum()), f"rows left out: the session is not over{named}")
    return draft.only(~running)


def _by_row(draft: Draft) -> pd.Series:
    """The date of each row of the table that the draft has."""
    return pd.Series(draft.dates, index=draft.rows)


def _refuse_closed_days(draft: Draft, table: Table, problems: Problems) -> None:
    """A problem when more than a handful of dates are days on which nothing was published: all dates are moved."""
    if CATALOGUE[draft.series].frequency != "daily" or draft.series in _EVERY_DAY:
        return
    closed = _closed(draft)
    rows = np.flatnonzero(closed)
    if len(rows) <= MAX_CLOSED_DAYS and len(rows) <= MAX_CLOSED_SHARE * len(draft.dates):
        return
    likely = [
        words
        for days, words in ((1, "a day early"), (-1, "a day late"))
        if not _closed(replace(draft, dates=draft.dates + pd.Timedelta(days=days))).any()
    ]
    why = f"; all dates seem to be {likely[0]}" if len(likely) == 1 else ""
    named = table.named(draft.rows[rows], _by_row(draft))
    problems.add(
        table.place(draft.rows[rows[0]], table.date_label),
        f"{len(rows):,} of {len(draft.dates):,} values of {draft.series} are dated on days the NYSE was closed"
        f"{named}{why}",
        "Export it with the dates of New York, or correct the dates.",
    )


def _closed(draft: Draft) -> NDArray[np.bool_]:
    """Which dates are no sessions; for what is published on other days too, which are weekends."""
    if not draft.series.startswith("spx_"):
        return np.asarray(draft.dates.dayofweek >= SATURDAY)
    expected = sessions(FIRST_SESSION, LAST_SESSION).union(_MISDATED)
    return np.asarray(~draft.dates.isin(expected) & (draft.dates >= FIRST_SESSION))


def _refuse_moved(draft: Draft, table: Table, problems: Problems, context: FileContext) -> None:
    """A problem when the values agree with what is held on other dates than their own."""
    if CATALOGUE[draft.series].frequency != "daily" or draft.series in _COMPANIONS:
        return
    newest = _newest(draft)
    wrong, rows = moved(newest.series, newest.dates, newest.amounts, context.held)
    if wrong:
        problems.add(
            table.place(newest.rows[rows[0]], newest.label),
            f"{newest.amounts[rows[0]]:.10g} of {newest.dates[rows[0]].date()}: {wrong}; {len(rows):,} rows say so",
            "Correct the dates, or export the file again.",
        )


def _refuse_other_unit(draft: Draft, table: Table, problems: Problems, context: FileContext) -> None:
    """A problem when the level is far off the series', or off what is held beside it: a fraction, thousands."""
    level = float(np.median(np.abs(draft.amounts))) if len(draft.amounts) else np.nan
    typical = CATALOGUE[draft.series].typical_low
    place = table.header_place(draft.label)
    if len(draft.amounts) >= _ENOUGH_FOR_A_LEVEL and 0 < level < typical:
        problems.add(
            place,
            f"values of {draft.series} around {level:.4g}, and no year's were below {typical:g} "
            f"{CATALOGUE[draft.series].unit}",
            "Give it in this unit: per cent, not fractions.",
        )
        return
    held = context.held.of(draft.series)
    near = held[(held.index >= draft.dates.min() - _BESIDE) & (held.index <= draft.dates.max() + _BESIDE)]
    beside = float(np.median(np.abs(near))) if len(near) else 0.0
    if beside > 0 and level > 0 and abs(abs(np.log10(level / beside)) - np.array([2.0, 3.0])).min() < _OF_A_UNIT:
        problems.add(
            place,
            f"values of {draft.series} around {level:.4g}, and {beside:.4g} are held beside them",
            f"Give it in {CATALOGUE[draft.series].unit}.",
        )


def _on_sessions(draft: Draft, table: Table, problems: Problems) -> Draft:
    """Without what Stooq has beside sessions: months and days before 1928, February 1948 a day early."""
    early = np.asarray(draft.dates < FIRST_SESSION)
    off = ~np.asarray(draft.dates.isin(sessions(FIRST_SESSION, LAST_SESSION))) & ~early
    before = f"before the daily index begins on {FIRST_SESSION.date()}"
    named = table.named(draft.rows[off], _by_row(draft))
    problems.repaired(int(early.sum()), f"rows left out: {before}")
    problems.repaired(int(off.sum()), f"rows left out: the NYSE was closed on their dates{named}")
    return draft.only(~(early | off)) if early.any() or off.any() else draft


# What the date of a slow series must be, and in what words.
_FIRST_DAYS = {"monthly": "month", "quarterly": "quarter"}
# Days between two dates of most rows, at least and at most; four gaps say enough.
_DAYS_APART = {"daily": (0.0, 5.0), "weekly": (6.0, 8.0)}


def _refuse_wrong_frequency(draft: Draft, table: Table, problems: Problems) -> None:
    frequency = CATALOGUE[draft.series].frequency
    if frequency in _FIRST_DAYS:
        period = _FIRST_DAYS[frequency]
        begins = draft.dates.is_month_start if period == "month" else draft.dates.is_quarter_start
        other = np.flatnonzero(~begins).tolist()
        wrong = f"is not the first of a {period}, and {draft.series} is {frequency}"
        way_out = f"Date a {period} by its first day, as FRED does."
        problems.add_all(
            len(other),
            (
                (table.place(draft.rows[i], table.date_label), f"{draft.dates[i].date()} {wrong}", way_out)
                for i in other
            ),
        )
        return
    days_apart = np.diff(draft.dates.unique().to_numpy()) / np.timedelta64(1, "D")
    least, most = _DAYS_APART[frequency]
    if len(days_apart) >= 4 and not least <= np.median(days_apart) <= most:
        problems.add(
            table.header_place(draft.label),
            f"{draft.series} is {frequency}, and its dates are {np.median(days_apart):.0f} days apart",
            f"Download the {frequency} series.",
        )


def _refuse_jumps(draft: Draft, table: Table, problems: Problems) -> None:
    close = _newest(draft)
    every = sessions(FIRST_SESSION, LAST_SESSION)
    # Where sessions are missing from the file, each of them may have moved by as much.
    allowed = MAX_LOG_RETURN * np.diff(every.get_indexer(close.dates))
    jumps = np.flatnonzero(np.abs(np.diff(np.log(close.amounts))) > allowed) + 1
    ratio = close.amounts[1:] / close.amounts[:-1]
    way_out = "Correct the row, or bring the whole history to one unit."
    problems.add_all(
        len(jumps),
        (
            (
                table.place(close.rows[i], close.label),
                f"{close.amounts[i]:.10g} is {ratio[i - 1]:.4g} times the close before it",
                way_out,
            )
            for i in jumps
        ),
    )


def _refuse_inconsistent_prices(drafts: Sequence[Draft], table: Table, problems: Problems) -> None:
    by_name = {draft.series: _newest(draft) for draft in drafts}
    high, low = by_name.get("spx_high"), by_name.get("spx_low")
    if high is not None:
        for name in ("spx_open", "spx_close", "spx_low"):
            _refuse_above(by_name.get(name), high, table, problems)
    if low is not None:
        for name in ("spx_open", "spx_close"):
            _refuse_above(low, by_name.get(name), table, problems)
    if high is None or low is None:
        return
    _, at_high, at_low = np.intersect1d(high.dates, low.dates, return_indices=True)
    wide = np.log(high.amounts[at_high] / low.amounts[at_low]) > MAX_LOG_RANGE
    rows = high.rows[at_high[wide]].tolist()
    wrong = f"high and low are further apart than any session's (log range {MAX_LOG_RANGE})"
    problems.add_all(len(rows), ((table.place(row, high.label), wrong, "Correct high or low.") for row in rows))


def _refuse_above(smaller: Draft | None, larger: Draft | None, table: Table, problems: Problems) -> None:
    """A problem for each session on which the price that cannot be larger is larger, beyond rounding."""
    if smaller is None or larger is None:
        return
    _, at_smaller, at_larger = np.intersect1d(smaller.dates, larger.dates, return_indices=True)
    below, above = smaller.amounts[at_smaller], larger.amounts[at_larger]
    wrong: NDArray[np.intp] = np.flatnonzero(below > above * (1 + _ROUNDING))
    problems.add_all(
        len(wrong),
        (
            (
                table.place(larger.rows[at_larger[i]], larger.label),
                f"{larger.series} {above[i]:.10g} is below {smaller.series} {below[i]:.10g}",
                "The high is a session's largest price, the low its smallest; correct the row.",
            )
            for i in wrong
        ),
    )


def _newest(draft: Draft) -> Draft:
    """The last vintage of each date, sound numbers only: what is compared across dates and series."""
    newest = ~np.asarray(draft.dates.duplicated(keep="last"))
    return draft.only(newest & np.isfinite(draft.amounts) & (draft.amounts > 0))


def _today(now: pd.Timestamp) -> pd.Timestamp:
    return now.tz_convert(NEW_YORK).normalize().tz_localize(None)
