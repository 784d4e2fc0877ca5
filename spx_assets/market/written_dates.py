"""How a whole column of text writes its dates: one format for all of them, and one order of day and month.

A date that may be read in two ways is not read. A two-digit year has one reading as long as the other lies in the
future, or before the daily index begins.
"""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from spx_assets.market.calendar import FIRST_SESSION

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# A date as pandas writes it with a time: midnight, alone or with the offset of its exchange.
_MIDNIGHT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]00:00:00(?:\.0+)?(Z|[+-][0-9]{2}:?[0-9]{2})?")
_NEW_YORK = {"-05:00", "-04:00", "-0500", "-0400"}
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_ORDERED = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})\.? ([0-9]{1,2}), ([0-9]{4})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[ -]([A-Za-z]{3,9})[ -]([0-9]{4})")
_MONTHS = {
    name.casefold(): number
    for number in range(1, 13)
    for name in (calendar.month_name[number], calendar.month_abbr[number])
} | {"sept": 9}
_MAX_WEEKENDS = 0.1


def iso_dates(column: Sequence[str], *, us: bool, today: pd.Timestamp | None) -> list[str] | None:
    """Each cell as yyyy-mm-dd, empty where it is not in the format of most; None where day and month may be swapped.

    `us` says that the month comes first. `today` is what a two-digit year must not lie after.
    """
    formats = [_format(cell) for cell in column]
    most = Counter(formats).most_common(1)
    chosen = most[0][0] if most and most[0][1] * 2 > len(column) else "iso"
    cells = [cell if form == chosen else "" for cell, form in zip(column, formats, strict=True)]
    if chosen.startswith("ordered"):
        return _ordered(cells, us=us, today=today)
    return [_plain(cell, chosen) if cell else "" for cell in cells]


def _format(cell: str) -> str:
    if _ISO.fullmatch(cell):
        return "iso"
    if match := _MIDNIGHT.fullmatch(cell):
        return "midnight in New York" if match[2] in _NEW_YORK else f"midnight {match[2] or ''}"
    if match := _ORDERED.fullmatch(cell):
        return f"ordered {match[2]} {len(match[4])}"
    if _MONTH_FIRST.fullmatch(cell):
        return "month first"
    if _DAY_FIRST.fullmatch(cell):
        return "day first"
    return "compact" if _COMPACT.fullmatch(cell) else ""


def _plain(cell: str, form: str) -> str:
    """A cell of a format with one reading as yyyy-mm-dd; empty when it names no month."""
    if form == "iso" or form.startswith("midnight"):
        return cell[:10]
    if form == "compact":
        return f"{cell[:4]}-{cell[4:6]}-{cell[6:]}"
    if form == "month first":
        match = _MONTH_FIRST.fullmatch(cell)
        month, day, year = match.groups() if match else ("", "", "")
    else:
        match = _DAY_FIRST.fullmatch(cell)
        day, month, year = match.groups() if match else ("", "", "")
    number = _MONTHS.get(month.casefold())
    return f"{year}-{number:02}-{day:0>2}" if number else ""


def _ordered(cells: list[str], *, us: bool, today: pd.Timestamp | None) -> list[str] | None:
    parts = [(match[1], match[3], match[4]) if (match := _ORDERED.fullmatch(cell)) else None for cell in cells]
    found = [part for part in parts if part]
    first, second = (sum(int(part[i]) > 12 for part in found) for i in (0, 1))
    month_first = [_joined(part, month=0, today=today) for part in parts]
    day_first = [_joined(part, month=1, today=today) for part in parts]
    if us or second > first:
        return month_first
    if first > second:
        return day_first
    weekends = [_weekends(written) for written in (month_first, day_first)]
    if max(weekends) > _MAX_WEEKENDS and min(weekends) == 0.0 and len(found) > 5:
        return month_first if weekends[0] == 0.0 else day_first
    return None


def _joined(part: tuple[str, str, str] | None, *, month: int, today: pd.Timestamp | None) -> str:
    if part is None:
        return ""
    year, rest = part[2], f"{part[month]:0>2}-{part[1 - month]:0>2}"
    if len(year) == 4:
        return f"{year}-{rest}"
    if today is None:
        return ""
    possible = [f"{century}{year}-{rest}" for century in (19, 20)]
    inside = [day for day in possible if f"{FIRST_SESSION:%Y-%m-%d}" <= day <= f"{today:%Y-%m-%d}"]
    return inside[0] if len(inside) == 1 else ""


def _weekends(written: list[str]) -> float:
    """The share of weekend days; 1 when a day is in no calendar."""
    try:
        days = np.array([day for day in written if day], dtype="datetime64[D]")
    except ValueError:
        return 1.0
    return float((~np.is_busday(days)).mean()) if len(days) else 1.0
