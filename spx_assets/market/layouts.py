"""The file layouts people have, each recognised by its header, and the series each holds.

A layout turns a `Table` into drafts: one per series, every number read by its column, repeated rows
dropped. Whether the values can be true is judged afterwards, in `plausibility`, alike for all layouts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spx_assets.market.catalogue import known_labels, series_named
from spx_assets.market.cells import dates, instants, numbers, texts
from spx_assets.market.refusal import Problems, quoted
from spx_assets.market.table import DATE_LABELS, STOOQ_HEADER, Table

_TIDY = {"series", "date", "value"}
_TIDY_EXTRAS = {"known_at", "source"}
_PRICES = ("open", "high", "low", "close")
_PRICE_EXTRAS = {"adj close", "volume"}
# FRED's two spellings of "no value": `.` in the old download, an empty field in the new one.
_FRED_MISSING = ("", ".")
# Indices whose files carry the header of the VIX or of the S&P 500; only the file's name tells them apart.
_OTHER_INDEX = re.compile(r"vix[0-9]+[dmy]|vvix|skew|vxn|vxd|rvx|ovx|gvz|vxeem|ndx|ixic|dji|rut")


@dataclass(frozen=True)
class Draft:
    """One series as read from a table: for each value its row, date and, where given, instant and source."""

    series: str
    label: str
    rows: NDArray[np.intp]
    dates: pd.DatetimeIndex
    amounts: NDArray[np.float64]
    known_at: pd.DatetimeIndex | None = None
    sources: NDArray[np.object_] | None = None

    def only(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> Draft:
        """The draft with the values `keep` selects, in that order."""
        known_at = None if self.known_at is None else self.known_at[keep]
        sources = None if self.sources is None else self.sources[keep]
        kept = self.rows[keep], self.dates[keep], self.amounts[keep]
        return Draft(self.series, self.label, *kept, known_at, sources)


def drafts_of(table: Table, problems: Problems, *, us_dates: bool = False) -> list[Draft]:
    """The drafts of a table; what has no known header is refused with the headers that are known."""
    labels = set(table.labels)
    if labels >= _TIDY:
        return _tidy(table, problems)
    if labels >= {"date", *_PRICES}:
        return _prices(table, problems, us_dates=us_dates)
    if len(labels) > 1 and len(labels.intersection(DATE_LABELS)) == 1:
        return _wide(table, problems, us_dates=us_dates)
    way_out = "Give it a column named date"
    if table.labels[0] == "price":  # yfinance writes price, ticker and date into three header lines
        way_out = "Download it with yfinance's multi_level_index=False"
    return problems.refuse(
        f"has no header that is known, but {quoted(','.join(table.header))}",
        f"{way_out} and one per series, or series, date, value. Known series: {known_labels()}.",
        f"{table.unit} 1" if table.unit == "line" else "",
    )


def _tidy(table: Table, problems: Problems) -> list[Draft]:
    _refuse_others(table, _TIDY | _TIDY_EXTRAS, problems)
    names = np.array(texts(table, "series", problems), dtype=object)
    days = dates(table, "date", problems)
    values = numbers(table, "value", problems)
    known_at = instants(table, "known_at", problems) if "known_at" in table.labels else None
    sources = texts(table, "source", problems) if "source" in table.labels else None
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
        sources_here = None if sources is None else np.array(sources, dtype=object)[rows]
        draft = Draft(name, "value", rows, days[rows], values[rows], instants_here, sources_here)
        keys = [draft.dates] if instants_here is None else [draft.dates, instants_here]
        drafts.append(draft.only(_distinct(table, rows, keys, values[rows, None], problems)))
    return drafts


def _wide(table: Table, problems: Problems, *, us_dates: bool) -> list[Draft]:
    """FRED's downloads, CBOE's `DATE,<INDEX>`, and any table with one column per series."""
    date_label = table.date_label
    found = {label: series_named(label) for label in table.labels if label != date_label}
    for label, entry in found.items():
        if entry is None:
            column = table.header[table.labels.index(label)].strip()
            unknown = f"{quoted(column)} is not a known series"
            where = f"line 1, column {column}" if table.unit == "line" else f"column {column}"
            problems.add(where, unknown, f"Known series: {known_labels()}.")
    problems.raise_if_any()
    series = {label: entry.name for label, entry in found.items() if entry is not None}
    if len(set(series.values())) < len(series):
        problems.refuse("names one series in two columns", "Keep one column per series.")
    cells = {label: numbers(table, label, problems, missing=_FRED_MISSING) for label in series}
    cboe = table.header[0].strip() == "DATE" and list(series.values()) == ["vix_close"]
    days = dates(table, date_label, problems, us=us_dates or cboe)
    keep = _distinct(table, np.arange(len(table)), [days], np.column_stack(list(cells.values())), problems)
    drafts = []
    for label, name in series.items():
        drafts.append(Draft(name, label, keep, days[keep], cells[label][keep]))
    return drafts


def _prices(table: Table, problems: Problems, *, us_dates: bool) -> list[Draft]:
    """Open, high, low, close of the S&P 500 (Yahoo, yfinance, Stooq) or of the VIX (CBOE)."""
    _refuse_others(table, {"date", *_PRICES, *_PRICE_EXTRAS}, problems)
    bare = _PRICE_EXTRAS.isdisjoint(table.labels)
    stooq = list(table.labels) == STOOQ_HEADER
    is_vix = _is_vix(table, problems, bare=bare)
    labels = [label for label in table.labels if label != "date"]
    cells = {
        label: numbers(table, label, problems, missing=("",) if stooq and label == "volume" else ("null",))
        for label in labels
    }
    days = dates(table, "date", problems, us=us_dates or bare)
    keep = _distinct(table, np.arange(len(table)), [days], np.column_stack(list(cells.values())), problems)
    if not is_vix:
        _refuse_vix_as_index(cells["close"], days, problems)
    keep = _without_empty_rows(table, cells, keep, problems, may_lack={"volume"} if stooq else set())
    drafts = []
    for label in ("close",) if is_vix else (*_PRICES, "volume"):
        if label not in cells:
            continue
        if stooq and label == "volume":
            # Yahoo's shares are exactly 1.8 times Stooq's until 2016 and drift from 1.6 to 2 since: another
            # quantity under the same name, which must not meet Yahoo's in one series.
            problems.repaired(
                int(np.isfinite(cells[label]).sum()), "volumes left out: Stooq's are another quantity than Yahoo's"
            )
            continue
        # Yahoo writes 0 for the opens (to 1982) and volumes (to 1949) it does not have.
        absent = (cells[label][keep] == 0.0) & (label in ("open", "volume"))
        problems.repaired(int(absent.sum()), f"values 0 in column {label} skipped: Yahoo's missing value")
        kept = keep[~absent]
        name = "vix_close" if is_vix else f"spx_{label}"
        drafts.append(Draft(name, label, kept, days[kept], cells[label][kept]))
    return drafts


def _is_vix(table: Table, problems: Problems, *, bare: bool) -> bool:
    """CBOE's header without volume is the VIX, any other the S&P 500, unless the file's name says otherwise."""
    stem = PurePath(table.name).stem.casefold()
    others = [word for word in re.split(r"[^a-z0-9]+", stem) if _OTHER_INDEX.fullmatch(word)]
    if others:
        problems.refuse(
            f"is named after {quoted(others[0])}, which is not a known series",
            f"Rename it if it is the S&P 500 or the VIX. Known series: {known_labels()}.",
        )
    if re.search(r"gspc|spx|sp500|sp_500", stem):
        return False
    return bare or "vix" in stem


def _refuse_vix_as_index(closes: NDArray[np.float64], days: pd.DatetimeIndex, problems: Problems) -> None:
    """The VIX began in 1990, has never closed above 83, and the S&P 500 since then never below 295."""
    recent = closes[np.asarray(days >= pd.Timestamp("1990-01-01")) & np.isfinite(closes)]
    if len(recent) and np.median(recent) < 90:
        problems.refuse(
            f"holds closes around {np.median(recent):.4g} since 1990, which are not the S&P 500's",
            "If it is the VIX, name the file after it, such as VIX_History.csv.",
        )


def _refuse_others(table: Table, allowed: set[str], problems: Problems) -> None:
    for label, column in zip(table.labels, table.header, strict=True):
        if label not in allowed:
            problems.add(
                f"{table.unit} 1, column {column.strip()}" if table.unit == "line" else "",
                f"{quoted(column)} does not belong to this layout",
                f"Remove the column; the layout has {', '.join(sorted(allowed))}.",
            )


def _without_empty_rows(
    table: Table,
    cells: dict[str, NDArray[np.float64]],
    keep: NDArray[np.intp],
    problems: Problems,
    *,
    may_lack: set[str],
) -> NDArray[np.intp]:
    """Rows that hold no price at all are skipped (Yahoo's `null` days); a price missing beside others is not."""
    if problems.count:
        return keep
    judged = {label: np.isnan(values[keep]) for label, values in cells.items() if label not in may_lack}
    empty: NDArray[np.bool_] = np.logical_and.reduce(list(judged.values()))
    problems.repaired(int(empty.sum()), "rows without any price skipped")
    for label, missing in judged.items():
        rows = keep[missing & ~empty].tolist()
        wrong = "has no value while its row has others", "Complete the row or remove it."
        problems.add_all(len(rows), ((table.place(row, label), *wrong) for row in rows))
    return keep[~empty]


def _distinct(
    table: Table,
    rows: NDArray[np.intp],
    keys: list[pd.DatetimeIndex],
    values: NDArray[np.float64],
    problems: Problems,
) -> NDArray[np.intp]:
    """Positions in key order, identical rows once; different values under one key are problems."""
    date_label = table.date_label
    keyed = pd.DataFrame({i: key.to_numpy() for i, key in enumerate(keys)})
    order: NDArray[np.intp] = keyed.sort_values(list(keyed.columns), kind="stable").index.to_numpy()
    if len(keys) == 1:
        moved = int((np.diff(order) < 0).sum())
        problems.repaired(int(moved > 0) * len(order), "rows sorted by date")
    known = ~keyed.loc[order].isna().any(axis=1).to_numpy()
    order = order[known]
    again = keyed.loc[order].duplicated().to_numpy()
    pairs = np.flatnonzero(again)
    before, after = order[pairs - 1], order[pairs]
    equal = (values[before] == values[after]) | (np.isnan(values[before]) & np.isnan(values[after]))
    same = equal.all(axis=1)
    problems.add_all(
        int((~same).sum()),
        (
            (
                table.place(int(rows[second]), date_label),
                f"{keys[0][second].date()} stands already on {table.place(int(rows[first]))} with other values",
                "Keep one row per date.",
            )
            for first, second in zip(before[~same], after[~same], strict=True)
        ),
    )
    problems.repaired(int(same.sum()), "repeated rows dropped")
    distinct: NDArray[np.intp] = order[~again]
    return distinct
