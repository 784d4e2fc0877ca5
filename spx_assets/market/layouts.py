"""The file layouts people have, each recognised by its header, and the series each holds.

A layout turns a `Table` into drafts: one per series, every number read by its column, repeated rows
dropped. Whether the values can be true is judged afterwards, in `plausibility`, alike for all layouts.
"""

from __future__ import annotations

from typing import NoReturn

import numpy as np
import pandas as pd

from spx_assets.errors import ForeignFile
from spx_assets.market.catalogue import known_labels, series_named
from spx_assets.market.cells import dates, instants, numbers, sources, texts
from spx_assets.market.draft import Draft, distinct_rows, refuse_other_columns
from spx_assets.market.prices import PRICES, price_drafts
from spx_assets.market.refusal import Problems, quoted
from spx_assets.market.table import DATE_LABELS, Table

_TIDY = {"series", "date", "value"}
_ALL_PRICES = "Export it with Open, High, Low and Close."
_TIDY_EXTRAS = {"known_at", "source"}
# FRED's two spellings of "no value": `.` in the old download, an empty field in the new one.
_FRED_MISSING = ("", ".")
_INDEX_TICKER = "^GSPC"


def drafts_of(table: Table, problems: Problems, *, us_dates: bool = False) -> list[Draft]:
    """The drafts of a table; what has no known header is refused with the headers that are known."""
    table = _below_ticker(table)
    labels = set(table.labels)
    if labels >= _TIDY:
        return _tidy(table, problems)
    if labels >= {"date", *PRICES}:
        return price_drafts(table, problems, us_dates=us_dates)
    absent = [label for label in PRICES if label not in labels]
    if "date" in labels and len(absent) <= 2 and len(labels) > 2:
        _refuse_absent(table, absent, problems)
    if len(labels) > 1 and len(labels.intersection(DATE_LABELS)) == 1:
        return _wide(table, problems, us_dates=us_dates)
    way_out = "Give it a column named date"
    if table.labels[0] == "price":
        way_out = f"Of yfinance's downloads that of {_INDEX_TICKER} alone is read, or with multi_level_index=False"
    return problems.refuse(
        f"has no header that is known, but {quoted(','.join(table.header))}",
        f"{way_out} and one per series, or series, date, value. Known series: {known_labels()}.",
        f"{table.unit} 1" if table.unit == "line" else "",
        kind=ForeignFile,
    )


def _below_ticker(table: Table) -> Table:
    """A `download()` of yfinance's without its second and third header line, the index's ticker and `Date`."""
    if table.labels[0] != "price" or len(table) < 3 or table.unit != "line":
        return table
    ticker, date = ([str(column[row]) for column in table.columns] for row in (0, 1))
    if ticker != ["Ticker", *[_INDEX_TICKER] * (len(ticker) - 1)] or date != ["Date", *[""] * (len(date) - 1)]:
        return table
    return Table(
        table.name, ("Date", *table.header[1:]), tuple(column[2:] for column in table.columns), table.lines[2:]
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


def _wide(table: Table, problems: Problems, *, us_dates: bool) -> list[Draft]:
    """FRED's downloads, CBOE's `DATE,<INDEX>`, and any table with one column per series."""
    date_label = table.date_label
    found = {label: series_named(label) for label in table.labels if label != date_label}
    for label, entry in found.items():
        if entry is None:
            column = table.header[table.labels.index(label)].strip()
            unknown = f"{quoted(column)} is not a known series"
            problems.add(table.header_place(label), unknown, f"Known series: {known_labels()}.")
    problems.raise_if_any(ForeignFile)
    series = {label: entry.name for label, entry in found.items() if entry is not None}
    if len(set(series.values())) < len(series):
        problems.refuse("names one series in two columns", "Keep one column per series.")
    cells = {label: numbers(table, label, problems, missing=_FRED_MISSING) for label in series}
    cboe = table.header[0].strip() == "DATE" and all(
        e and label.upper() == e.ids.get("cboe") for label, e in found.items()
    )
    days = dates(table, date_label, problems, us=us_dates or cboe)
    keep = distinct_rows(table, np.arange(len(table)), [days], np.column_stack(list(cells.values())), problems)
    drafts = []
    for label, name in series.items():
        drafts.append(Draft(name, label, keep, days[keep], cells[label][keep]))
    return drafts
