"""How values read on a page: returns in per cent with a true minus, shares, days, ages, text that is no markup."""

from __future__ import annotations

import re
from datetime import date, datetime

from spx_assets.reporting.labels import number

PERCENT = 100.0
# A number and its unit stay on one line.
TIED = "\N{NO-BREAK SPACE}"
DAYS_PER_YEAR = 365.25
# What Streamlit's Markdown would read as markup, emoji, formulas or links.
_MARKUP = re.compile(r"([\\*_\[\]$:~<>#|{}])")


def percent(log_return: float | None, decimals: int = 2) -> str:
    """0.0123 → "+1.23 %" on one line; "–" when there is none."""
    return "–" if log_return is None else _with_unit(number(PERCENT * log_return, decimals, signed=True))


def precise(log_return: float | None) -> str:
    """A forecast, which is small: 0.000248 → "+0.025 %"."""
    return percent(log_return, 3)


def in_percent(log_return: float) -> str:
    """0.0123 → "+1.23", for a column whose title has the unit."""
    return number(PERCENT * log_return, 2, signed=True)


def share(fraction: float | None, decimals: int = 1) -> str:
    """0.9 → "90.0 %"; "–" when there is none."""
    return "–" if fraction is None else _with_unit(number(PERCENT * fraction, decimals))


def figure(value: float | None, decimals: int = 2) -> str:
    """A plain number with a true minus; "–" when there is none."""
    return "–" if value is None else number(value, decimals)


def count(value: float) -> str:
    """1234 → "1,234"."""
    return number(value, 0)


def day(value: date) -> str:
    """31 December 2018."""
    return f"{value.day} {value:%B %Y}"


def instant(iso: str) -> str:
    """An instant in ISO 8601 as "2018-12-31 21:00 UTC"; anything else as it is."""
    try:
        return f"{datetime.fromisoformat(iso):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        return iso


def age(iso: str, now: datetime) -> str:
    """How long ago an instant in ISO 8601 was: "3 minutes ago"; empty for anything else."""
    try:
        seconds = (now - datetime.fromisoformat(iso)).total_seconds()
    except (ValueError, TypeError):
        return ""
    if seconds < 60:
        return "just now"
    days = seconds / 86_400
    for most, unit_days, unit in ((1 / 24, 1 / 1440, "minute"), (1, 1 / 24, "hour"), (60, 1, "day")):
        if days < most:
            return f"{_counted(int(days / unit_days), unit)} ago"
    return f"{years(days)} ago"


def years(days: float) -> str:
    """Days as years with one decimal, below a year as days."""
    return f"{days / DAYS_PER_YEAR:.1f} years" if days >= DAYS_PER_YEAR else _counted(int(days), "day")


def runs(count: int) -> str:
    """1 → "1 run"."""
    return _counted(count, "run")


def views(count: int) -> str:
    """1 → "1 page view"."""
    return _counted(count, "page view")


def counted_sessions(count: int) -> str:
    """1 → "1 NYSE session", 1987 → "1,987 NYSE sessions"."""
    return _counted(count, "NYSE session")


def plain(text: str) -> str:
    """Text from files and errors, shown as it is: nothing in it is markup, except code in backticks."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        parts = ["'".join(parts)]
    return "`".join(part if place % 2 else _MARKUP.sub(r"\\\1", part) for place, part in enumerate(parts))


def _counted(count: int, unit: str) -> str:
    return f"{count:,} {unit}{'' if count == 1 else 's'}"


def _with_unit(shown: str) -> str:
    return shown if shown == "–" else f"{shown}{TIED}%"
