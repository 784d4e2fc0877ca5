"""ALFRED's vintages: every value a series ever had, with the day on which it was published.

A vintage becomes known on its date, at the release rule's time of day. Three cases are the rule's instead:
what the market struck itself (FRED only repeats it), what the first vintage holds of the years before it,
and a vintage dated within its own period. A withdrawn value (`.`) is skipped: what was known before stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spx_assets.market.calendar import at_new_york
from spx_assets.market.catalogue import Series
from spx_assets.market.cells import dates, numbers
from spx_assets.market.draft import Draft
from spx_assets.market.json_document import document, member
from spx_assets.market.refusal import Problems
from spx_assets.market.table import Table

_FIELDS = ("date", "realtime_start", "value")
_WAY_OUT = "Fetch it again; if it stays, FRED has changed its format."


def vintage_dates(data: bytes, problems: Problems) -> tuple[list[str], int]:
    """The dates on one page of `series/vintagedates`, and how many there are on all pages."""
    page = document(data, problems)
    listed = member(page, "vintage_dates", list, problems)
    if not all(isinstance(day, str) for day in listed):
        problems.refuse("holds something else than dates", _WAY_OUT, "at vintage_dates")
    table = Table(problems.name, ("vintage_dates",), (listed,), np.arange(1, len(listed) + 1), unit="vintage")
    days = dates(table, "vintage_dates", problems)
    problems.raise_if_any()
    if not days.is_monotonic_increasing or days.has_duplicates:
        problems.refuse("is not in order", _WAY_OUT, "at vintage_dates")
    return listed, member(page, "count", int, problems)


def records(data: bytes, problems: Problems) -> tuple[list[dict[str, Any]], int]:
    """The records on one page of `series/observations`, and how many there are on all pages."""
    page = document(data, problems)
    if (page.get("units"), page.get("output_type")) not in {("lin", 1), ("lin", 4)}:
        problems.refuse("holds transformed values, or another layout than one row per vintage", _WAY_OUT, "at units")
    found = member(page, "observations", list, problems)
    for place, record in enumerate(found):
        if not isinstance(record, dict) or not all(isinstance(record.get(name), str) for name in _FIELDS):
            problems.refuse(f"lacks one of {', '.join(_FIELDS)}", _WAY_OUT, f"at observations.{place}")
    return found, member(page, "count", int, problems)


def vintages(
    found: Sequence[dict[str, Any]], entry: Series, problems: Problems, *, first_vintage: pd.Timestamp
) -> tuple[Table, Draft]:
    """The records as a table, and its draft: a row per change of value, with when that became known."""
    table = Table(
        problems.name,
        _FIELDS,
        tuple([record[name] for record in found] for name in _FIELDS),
        np.arange(1, len(found) + 1),
        unit="observation",
    )
    days = dates(table, "date", problems)
    published = dates(table, "realtime_start", problems)
    values = numbers(table, "value", problems, missing=(".", ""))
    problems.raise_if_any()
    order = np.lexsort((published, days))
    kept = order[_changes(days[order], values[order], entry, problems)]
    known_at = _known_at(entry, days[kept], published[kept], first_vintage)
    draft = Draft(entry.name, "value", kept, days[kept], values[kept], known_at)
    # Of two values that became known at one instant, the one published later is what was known.
    return table, draft.only(~pd.DataFrame({"date": draft.dates, "at": known_at}).duplicated(keep="last").to_numpy())


def _changes(
    days: pd.DatetimeIndex, values: NDArray[np.float64], entry: Series, problems: Problems
) -> NDArray[np.intp]:
    """Positions at which a date's value is another than in the vintage before; withdrawals are counted."""
    absent = np.isnan(values)
    again = np.append(False, days[1:] == days[:-1])[: len(days)]
    withdrawn = absent & again & np.append(False, ~absent[:-1])[: len(days)]
    problems.repaired(int(withdrawn.sum()), f"withdrawn values of {entry.name} skipped: what was known before stands")
    problems.repaired(int((absent & ~withdrawn).sum()), f"missing values of {entry.name} skipped")
    present = np.flatnonzero(~absent)
    here, there = present[1:], present[:-1]
    repeats = np.append(False, (days[here] == days[there]) & (values[here] == values[there]))[: len(present)]
    changes: NDArray[np.intp] = present[~repeats]
    return changes


def _known_at(
    entry: Series, days: pd.DatetimeIndex, published: pd.DatetimeIndex, first_vintage: pd.Timestamp
) -> pd.DatetimeIndex:
    """When each value became known: its vintage's instant, or the release rule's where that is the truer."""
    by_vintage = at_new_york(published, entry.release.at)
    by_rule = entry.known_at(days)
    first = ~np.asarray(days.duplicated())
    struck = first & entry.release.is_print
    backlog = first & np.asarray(published == first_vintage) & np.asarray(by_rule < by_vintage)
    too_early = np.asarray(published <= entry.period_end(days))
    known_at = pd.Series(by_vintage.where(~(struck | backlog | too_early), by_rule))
    return pd.DatetimeIndex(known_at.groupby(days).cummax())
