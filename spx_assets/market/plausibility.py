"""Whether values that were read can be true: dates, ranges, jumps, and the prices of one session together.

What is impossible is a problem and refuses the file. What is merely not an observation yet, or not on an
NYSE session, is left out and counted. Bounds come from the catalogue and from a century of history.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spx_assets.market.calendar import FIRST_SESSION, LAST_SESSION, NEW_YORK, sessions
from spx_assets.market.catalogue import CATALOGUE
from spx_assets.market.draft import Draft
from spx_assets.market.refusal import Problems
from spx_assets.market.table import Table

# Flags every split-like jump and no real session: the largest are -20.5 % (1987-10-19), +16.6 % (1933-03-15).
MAX_LOG_RETURN = 0.25
# The widest session on record is 1987-10-19: log(high / low) = 0.229.
MAX_LOG_RANGE = 0.35
# Sources round the prices of one session separately, Yahoo to single precision.
_ROUNDING = 1e-6


def plausible(drafts: Sequence[Draft], table: Table, problems: Problems, now: pd.Timestamp) -> list[Draft]:
    """The drafts without what is not an observation; everything impossible is added to the problems."""
    kept = []
    judged: set[int] = set()  # drafts of one table share its rows, and a date is judged once
    for draft in drafts:
        _refuse_dates(draft, table, problems, now, judged)
        judged.update(draft.rows.tolist())
        observed = _without_missing(draft, table, problems)
        observed = _without_running_session(observed, problems, now)
        if draft.series.startswith("spx_"):
            observed = _on_sessions(observed, problems)
        _refuse_out_of_range(observed, table, problems)
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


def _without_running_session(draft: Draft, problems: Problems, now: pd.Timestamp) -> Draft:
    """Without the bar of a session that is not over: its last price is not the close."""
    entry = CATALOGUE[draft.series]
    if draft.known_at is not None or entry.release.days or entry.release.next_session:
        return draft
    running = np.asarray(draft.dates == _today(now))
    if not running.any() or entry.known_at(draft.dates[running])[0] <= now:
        return draft
    problems.repaired(int(running.sum()), "rows left out: the session is not over")
    return draft.only(~running)


def _on_sessions(draft: Draft, problems: Problems) -> Draft:
    """Without what Stooq has beside sessions: months and days before 1928, February 1948 a day early."""
    early = np.asarray(draft.dates < FIRST_SESSION)
    off = ~np.asarray(draft.dates.isin(sessions(FIRST_SESSION, LAST_SESSION))) & ~early
    before = f"before the daily index begins on {FIRST_SESSION.date()}"
    problems.repaired(int(early.sum()), f"rows left out: {before}")
    problems.repaired(int(off.sum()), "rows left out: the NYSE was closed on their dates")
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
