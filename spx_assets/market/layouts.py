"""The file layouts people have, each recognised by its header, and the series each holds.

A layout turns a `Table` into drafts: one per series, every number read by its column, repeated rows
dropped. Whether the values can be true is judged afterwards, in `plausibility`, alike for all layouts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

import numpy as np
import pandas as pd

from spx_assets.errors import ForeignFile
from spx_assets.market.catalogue import known_labels, series_named
from spx_assets.market.cells import dates, instants, numbers, sources, texts
from spx_assets.market.draft import Draft, FileContext, distinct_rows, refuse_other_columns
from spx_assets.market.instrument import INSTRUMENTS, contradiction
from spx_assets.market.prices import PRICES, as_prices, price_drafts, vendor_of
from spx_assets.market.refusal import Problems, quoted
from spx_assets.market.table import DATE_LABELS, Table

_TIDY = {"series", "date", "value"}
_ALL_PRICES = "Export it with Open, High, Low and Close."
_TIDY_EXTRAS = {"known_at", "source"}
# FRED's two spellings of "no value": `.` in the old download, an empty field in the new one.
_FRED_MISSING = ("", ".")
_INDEX_TICKER = "^GSPC"
_TELL = "`--source SERIES=FILE:COLUMN` says which series a column is."


# Whose files come first where several have one series, and a rounded copy last.
VENDORS = ("tidy", "cboe", "fred", "yahoo", "vendor", "prices", "stooq")


def recognised(table: Table) -> Table:
    """The table with a vendor's columns under the names that they have here, and without lines below its header."""
    return as_prices(_below_ticker(table))


def drafts_of(table: Table, problems: Problems, context: FileContext) -> tuple[list[Draft], str]:
    """The drafts of a table and its vendor; what has no known header is rejected with the headers that are known."""
    labels = set(table.labels)
    if labels >= _TIDY and not context.series:
        return _tidy(table, problems), "tidy"
    is_prices = labels >= {"date", *PRICES}
    if context.series and (context.column or not is_prices):
        return [_told(table, problems, context)], "prices"
    if is_prices:
        vendor = vendor_of(table)
        return _closes_as(context.series, price_drafts(table, problems, context)), vendor
    absent = [label for label in PRICES if label not in labels]
    if "date" in labels and len(absent) <= 2 and len(labels) > 2:
        _refuse_absent(table, absent, problems)
    if len(labels) > 1 and len(labels.intersection(DATE_LABELS)) == 1:
        return _wide(table, problems, context), "cboe" if _is_cboe(table) else "fred"
    return problems.refuse(
        f"unrecognised header {quoted(','.join(table.header))}",
        f"{_way_to_a_header(table)} and one per series, or series, date, value. Known series: {known_labels()}.",
        f"{table.unit} 1" if table.unit == "line" else "",
        kind=ForeignFile,
    )


def _way_to_a_header(table: Table) -> str:
    if table.labels[0] == "price":
        return f"Of yfinance's downloads that of {_INDEX_TICKER} alone is read, or with multi_level_index=False"
    if len(table.labels) == 1 and any(mark in table.header[0] for mark in "|:"):
        return "Separate the fields by commas, semicolons or tabs; give it a column named date"
    return "Give it a column named date"


def _closes_as(series: str, drafts: list[Draft]) -> list[Draft]:
    """The drafts of prices, or their closes alone where the user says that they are a series that is no index's."""
    if not series or series in INSTRUMENTS:
        return drafts
    return [replace(draft, series=series) for draft in drafts if draft.label == "close"]


def _told(table: Table, problems: Problems, context: FileContext) -> Draft:
    """The one column that the user says holds a series, or the only one beside the dates."""
    if len(set(table.labels).intersection(DATE_LABELS)) != 1:
        problems.refuse("has no column of dates", "Name the column of dates Date.", table.header_place(table.labels[0]))
    label = _told_column(table, problems, context)
    values = numbers(table, label, problems, missing=_FRED_MISSING)
    days = dates(table, table.date_label, problems, us=context.us_dates, today=context.today)
    if context.series in INSTRUMENTS:
        wrong, rows = contradiction(context.series, days, values, context.held)
        if wrong:
            way_out = f"Give the values of {context.series}; --source {context.series}=FILE:COLUMN names a column."
            problems.refuse(f"{quoted(table.cell(int(rows[0]), label))}: {wrong}", way_out, table.place(rows[0], label))
    keep = distinct_rows(table, np.arange(len(table)), [days], values[:, None], problems)
    return Draft(context.series, label, keep, days[keep], values[keep])


def _told_column(table: Table, problems: Problems, context: FileContext) -> str:
    others = [label for label in table.labels if label != table.date_label]
    written = {name.strip().casefold(): label for name, label in zip(table.header, table.labels, strict=True)}
    asked = context.column.strip().casefold()
    if asked:
        label = asked if asked in others else written.get(asked, "")
        if not label:
            problems.refuse(
                f"has no column {quoted(context.column)}", f"Its columns: {', '.join(table.header)}.", "line 1"
            )
        return label
    likely = [label for label in ("close", "price", "value", "last") if label in others]
    if len(others) == 1 or len(likely) == 1:
        return others[0] if len(others) == 1 else likely[0]
    return problems.refuse(
        f"has several columns that could be {context.series}",
        f"Name one: --source {context.series}=FILE:COLUMN, of {', '.join(table.header)}.",
        "line 1",
    )


def _below_ticker(table: Table) -> Table:
    """A `download()` of yfinance's without its second and third header line, which hold the ticker and `Date`."""
    if table.labels[0] != "price" or len(table) < 3 or table.unit != "line":
        return table
    ticker, date = ([str(column[row]) for column in table.columns] for row in (0, 1))
    if ticker != ["Ticker", *ticker[1:2] * (len(ticker) - 1)] or date != ["Date", *[""] * (len(date) - 1)]:
        return table
    return Table(
        table.name,
        ("Date", *table.header[1:]),
        tuple(column[2:] for column in table.columns),
        table.lines[2:],
        ticker=ticker[1],
    )


def _refuse_absent(table: Table, absent: list[str], problems: Problems) -> NoReturn:
    """A table of prices that lacks one or two of them: which, rather than that `Open` is no series."""
    for label in absent[:-1]:
        problems.add("line 1" if table.unit == "line" else "", f"column {label.title()} is missing", _ALL_PRICES)
    problems.refuse(f"column {absent[-1].title()} is missing", _ALL_PRICES, "line 1" if table.unit == "line" else "")


def _tidy(table: Table, problems: Problems) -> list[Draft]:
    refuse_other_columns(table, _TIDY | _TIDY_EXTRAS, problems)
    names = np.array(texts(table, "series", problems), dtype=object)
    days = dates(table, "date", problems)
    values = numbers(table, "value", problems)
    known_at = instants(table, "known_at", problems) if "known_at" in table.labels else None
    given = sources(table, "source", problems) if "source" in table.labels else None
    found = {name: series_named(name) for name in pd.unique(names)}
    for name, entry in found.items():
        if entry is None:
            row = int(np.flatnonzero(names == name)[0])
            unknown = f"{quoted(name)} is not a known series"
            problems.add(table.place(row, "series"), unknown, f"Known series: {known_labels()}.")
    series = np.array([entry.name if (entry := found[name]) else "" for name in names], dtype=object)
    drafts = []
    for name in dict.fromkeys(entry.name for entry in found.values() if entry):
        rows = np.flatnonzero(series == name)
        instants_here = None if known_at is None else known_at[rows]
        sources_here = None if given is None else np.array(given, dtype=object)[rows]
        draft = Draft(name, "value", rows, days[rows], values[rows], instants_here, sources_here)
        keys = [draft.dates] if instants_here is None else [draft.dates, instants_here]
        drafts.append(draft.only(distinct_rows(table, rows, keys, values[rows, None], problems)))
    return drafts


def _is_cboe(table: Table) -> bool:
    """CBOE's `DATE,<INDEX>`, in capitals."""
    entries = [(label, series_named(label)) for label in table.labels if label != table.date_label]
    return table.header[0].strip() == "DATE" and all(e and label.upper() == e.ids.get("cboe") for label, e in entries)


def _wide(table: Table, problems: Problems, context: FileContext) -> list[Draft]:
    """FRED's downloads, CBOE's `DATE,<INDEX>`, and any table with one column per series."""
    date_label = table.date_label
    found = {label: series_named(label) for label in table.labels if label != date_label}
    for label, entry in found.items():
        if entry is None:
            column = table.header[table.labels.index(label)].strip()
            unknown = f"{quoted(column)} is not a known series"
            problems.add(table.header_place(label), unknown, f"{_TELL} Known series: {known_labels()}.")
    problems.raise_if_any(ForeignFile)
    series = {label: entry.name for label, entry in found.items() if entry is not None}
    if len(set(series.values())) < len(series):
        problems.refuse("names one series in two columns", "Keep one column per series.")
    cells = {label: numbers(table, label, problems, missing=_FRED_MISSING) for label in series}
    days = dates(table, date_label, problems, us=context.us_dates or _is_cboe(table), today=context.today)
    keep = distinct_rows(table, np.arange(len(table)), [days], np.column_stack(list(cells.values())), problems)
    drafts = []
    for label, name in series.items():
        drafts.append(Draft(name, label, keep, days[keep], cells[label][keep]))
    return drafts
