"""What a cell may say: plain decimal numbers, exact dates, exact instants. Nothing is guessed.

Each function judges a whole column of a `Table` by one rule, adds a problem for every cell that breaks it
and returns the values of the rest. Formats a reader could take in two ways are refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spx_assets.market.refusal import Problems, quoted
from spx_assets.market.table import Table
from spx_assets.market.written_dates import iso_dates
from spx_assets.plain_text import is_plain_source, without_secrets

MAX_NUMBER = 64
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_PLAIN_DATES = "Write dates as yyyy-mm-dd, such as 2018-12-31."


def numbers(table: Table, label: str, problems: Problems, *, missing: Collection[str] = ()) -> NDArray[np.float64]:
    """The column as floats; NaN where the cell is one of `missing`, or where a problem was added."""
    column = table.column(label)
    if isinstance(column, pd.Series):
        return _stored_numbers(table, label, column, problems, may_miss=bool(missing))
    plain = _NUMBER.fullmatch
    empty = frozenset(missing)
    bad = [
        row for row, cell in enumerate(column) if cell not in empty and (len(cell) > MAX_NUMBER or plain(cell) is None)
    ]
    problems.add_all(
        len(bad),
        (
            (table.place(row, label), f"{quoted(column[row])} is not a plain number", _way_to_a_number(column[row]))
            for row in bad
        ),
    )
    skipped = empty.union(column[row] for row in bad) if bad else empty
    return np.array([np.nan if cell in skipped else float(cell) for cell in column], dtype=np.float64)


def dates(
    table: Table, label: str, problems: Problems, *, us: bool = False, today: pd.Timestamp | None = None
) -> pd.DatetimeIndex:
    """The column as midnights, in the one format of the file; NaT where a problem was added.

    Slashed dates are American where the layout says so (`us`), or where the days prove an order. A two-digit year
    is read where only one century lies between the index's first day and `today`.
    """
    column = table.column(label)
    if isinstance(column, pd.Series):
        return _stored_dates(table, label, column, problems)
    written = iso_dates(column, us=us, today=today)
    if written is None:
        problems.refuse(f"{quoted(column[0])} may be month/day or day/month", _PLAIN_DATES, table.place(0, label))
    days = pd.DatetimeIndex(_days(written))
    _refuse_cells(
        table, label, np.asarray(days.isna()), "is not a date in the format of this file", _PLAIN_DATES, problems
    )
    return days


def instants(table: Table, label: str, problems: Problems) -> pd.DatetimeIndex:
    """The column as UTC instants; each cell must carry its offset."""
    column = table.column(label)
    if isinstance(column, pd.Series):
        if isinstance(column.dtype, pd.DatetimeTZDtype) and not column.isna().any():
            return pd.DatetimeIndex(column).tz_convert("UTC").as_unit("ns")
        problems.refuse(f"column {label} holds {column.dtype}, not timestamps with a zone", "Store UTC timestamps.")
    texts = pd.Series([cell if _INSTANT.fullmatch(cell) else None for cell in column], dtype="object")
    known = pd.DatetimeIndex(pd.to_datetime(texts, utc=True, format="ISO8601", errors="coerce"))
    way_out = "Write instants with their offset, such as 2018-12-31 21:00:00+00:00."
    _refuse_cells(table, label, np.asarray(known.isna()), "is not an instant", way_out, problems)
    return known.as_unit("ns")


def texts(table: Table, label: str, problems: Problems) -> list[str]:
    """The column as non-empty printable text."""
    column = table.column(label)
    cells = [cell if isinstance(cell, str) else "" for cell in column]
    bad = np.array([not cell.strip() or not cell.isprintable() for cell in cells])
    _refuse_cells(table, label, bad, "is not a name", f"Fill column {label} with printable text.", problems)
    return cells


def sources(table: Table, label: str, problems: Problems) -> list[str]:
    """The column as URIs, paths or plain names of at most 300 characters: nothing that a reader of it could run."""
    column = table.column(label)
    cells = [cell if isinstance(cell, str) else "" for cell in column]
    bad = np.array([not is_plain_source(cell) for cell in cells])
    way_out = (
        "Name where the values are from with letters, digits and the characters of a URI, or leave the column out."
    )
    _refuse_cells(table, label, bad, "is not a plain name of a source", way_out, problems)
    return [without_secrets(cell) for cell in cells]


def _refuse_cells(
    table: Table, label: str, bad: NDArray[np.bool_], wrong: str, way_out: str, problems: Problems
) -> None:
    column = list(table.column(label))
    rows = np.flatnonzero(bad).tolist()
    found = ((table.place(row, label), f"{quoted(column[row])} {wrong}", way_out) for row in rows)
    problems.add_all(len(rows), found)


def _days(written: list[str]) -> NDArray[np.datetime64]:
    try:
        days = np.array(written, dtype="datetime64[D]")  # "" becomes NaT; an impossible day raises
    except ValueError:
        days = np.array([_day(text) for text in written], dtype="datetime64[D]")
    # Outside these years a nanosecond clock overflows, and no market has data.
    sane = (days >= np.datetime64("1700-01-01")) & (days <= np.datetime64("2250-12-31"))
    return np.where(sane, days, np.datetime64("NaT")).astype("datetime64[ns]")


def _day(text: str) -> np.datetime64:
    try:
        return np.datetime64(text, "D")
    except ValueError:
        return np.datetime64("NaT")


def _way_to_a_number(cell: str) -> str:
    if re.fullmatch(r"-?[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})", cell):
        return "Export with decimal points; decimal commas are read where all cells of a column have them."
    if "," in cell:
        return "Export without thousands separators."
    if not cell.strip() or cell.strip().casefold() in {"nan", "na", "n/a", "null", "none", "-", ".", "#n/a"}:
        return "Leave out rows that have no value."
    if re.fullmatch(r"-?[0-9.]+[eE][+-]?[0-9]+", cell):
        return "Export full numbers, not scientific notation."
    return "Write plain decimal numbers, such as 4742.83."


def _stored_numbers(
    table: Table, label: str, column: pd.Series, problems: Problems, *, may_miss: bool
) -> NDArray[np.float64]:
    if column.dtype.kind == "O" and all(cell is None or isinstance(cell, Decimal) for cell in column):
        column = column.astype("float64")  # Parquet's decimal128, as databases export it
    if column.dtype.kind not in "iuf":
        problems.refuse(f"column {label} holds {column.dtype}, not numbers", "Store the values as float64.")
    values = column.to_numpy(dtype=np.float64)
    bad = np.isinf(values) if may_miss else ~np.isfinite(values)
    _refuse_cells(table, label, bad, "is not a finite number", "Leave out rows that have no value.", problems)
    return values


def _stored_dates(table: Table, label: str, column: pd.Series, problems: Problems) -> pd.DatetimeIndex:
    if column.dtype.kind != "M":
        column = pd.Series(_days([_written(cell) for cell in column]))
    elif isinstance(column.dtype, pd.DatetimeTZDtype):
        column = column.dt.tz_localize(None)  # midnights of its own zone are dates
        if (column.dropna() != column.dropna().dt.normalize()).any():
            problems.refuse(f"column {label} holds instants, not dates", "Store dates without a time zone.")
    days = pd.DatetimeIndex(column).as_unit("ns")
    bad = days.isna() | (days != days.normalize())
    _refuse_cells(table, label, bad, "is not a date", _PLAIN_DATES, problems)
    return days


def _written(cell: object) -> str:
    text = str(cell)
    return text if _ISO.fullmatch(text) else ""
