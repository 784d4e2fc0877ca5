"""The layout of prices: open, high, low, close, of the S&P 500 or a volatility index, as vendors write them.

Yahoo, yfinance, Stooq, CBOE, Investing.com, Nasdaq.com and the Wall Street Journal. Which instrument the prices are
of is judged by `instrument`, never by the columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spx_assets.errors import ForeignFile
from spx_assets.market.cells import dates, numbers
from spx_assets.market.draft import Draft, FileContext, distinct_rows, refuse_other_columns
from spx_assets.market.instrument import (
    INSTRUMENTS,
    TITLES,
    contradiction,
    instrument_of,
    moved,
    named_instrument,
    nearest_reference,
)
from spx_assets.market.refusal import Problem, Problems, quoted
from spx_assets.market.table import STOOQ_HEADER, Table

PRICES = ("open", "high", "low", "close")
_EXTRAS = {"adj close", "volume"}
# What yfinance's Ticker.history() adds; an index pays and splits nothing.
_ACTIONS = ("dividends", "stock splits")
_CHANGES = ("change %", "change", "% change", "chg%", "%chg")
_TICKERS = ("ticker", "symbol", "<ticker>")
# What vendors call the close and the volume.
_CLOSES = ("price", "close/last", "last", "latest", "close*", "<close>")
_MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "vol.": "volume",
        "<vol>": "volume",
        "adj close**": "adj close",
        "adj. close": "adj close",
        "<open>": "open",
        "<high>": "high",
        "<low>": "low",
    }
)
_ADDRESSES = "`--source spx=FILE` reads it as the S&P 500, `--source vix=FILE` as the VIX"


def as_prices(table: Table) -> Table:
    """The table with a vendor's columns of prices under the names that they have here; others as they are."""
    labels = tuple(_MEANINGS.get(label, label) for label in table.labels)
    if "close" not in labels and {"open", "high", "low"} <= set(labels):
        named = [label for label in _CLOSES if label in labels]
        if len(named) == 1:
            labels = tuple("close" if label == named[0] else label for label in labels)
    sound = len(set(labels)) == len(labels) and {"date", *PRICES} <= set(labels)
    return replace(table, meanings=labels) if sound and labels != table.labels else table


def vendor_of(table: Table) -> str:
    """Who writes prices with these columns, as `docs/sources.md` orders them; `prices` where nothing tells."""
    if table.unit == "bar" or not set(table.labels).isdisjoint({"adj close", *_ACTIONS}) or table.ticker:
        return "yahoo"
    if list(table.labels) == ["date", "close", "high", "low", "open", "volume"]:
        return "yahoo"  # yfinance's download of one ticker
    if table.meanings and {"date", *PRICES} <= set(table.labels):
        return "vendor"
    if _is_stooq(table):
        return "stooq"
    return "cboe" if table.header[0].strip() == "DATE" and _EXTRAS.isdisjoint(table.labels) else "prices"


def price_drafts(table: Table, problems: Problems, context: FileContext) -> list[Draft]:
    """The drafts of a table with date, open, high, low, close and perhaps adjusted close and volume."""
    refuse_other_columns(table, {"date", *PRICES, *_EXTRAS, *_ACTIONS, *_CHANGES, *_TICKERS}, problems)
    stooq = _is_stooq(table)
    _refuse_currency(table, problems)
    _leave_out_abbreviated(table, problems)
    cells = {
        # Yahoo writes `null` on days it has nothing for; Stooq has no volumes before 1950.
        label: numbers(table, label, problems, missing=("",) if stooq and label == "volume" else ("null",))
        for label in table.labels
        if label in (*PRICES, *_EXTRAS) and not (label == "volume" and _is_abbreviated(table))
    }
    _refuse_actions(table, problems)
    days = dates(table, "date", problems, us=context.us_dates or _is_american(table), today=context.today)
    series = _instrument(table, days, cells["close"], problems, context)
    keep = distinct_rows(table, np.arange(len(table)), [days], np.column_stack(list(cells.values())), problems)
    if stooq:
        _leave_out_volume(cells, problems)
    keep = _without_empty_rows(table, cells, keep, days, problems)
    if series != "spx_close":
        return [Draft(series, "close", keep, days[keep], cells["close"][keep])]
    return _index_drafts(cells, days, keep, problems)


def _instrument(
    table: Table, days: pd.DatetimeIndex, closes: NDArray[np.float64], problems: Problems, context: FileContext
) -> str:
    """The series whose prices these are: as the user, the file or its closes say; ForeignFile when none does."""
    ticker = table.ticker or _ticker(table, problems)
    asked = context.instrument if not ticker or named_instrument(ticker) == context.instrument else ""
    series = context.series or asked or named_instrument(ticker or table.name)
    if not series and not ticker:
        series, _ = instrument_of(days, closes, context.held)
    if series:
        if series in INSTRUMENTS:
            wrong, rows = contradiction(series, days, closes, context.held)
            if wrong:
                _refuse_contradiction(table, series, wrong, rows, problems)
        return series
    for candidate in ("spx_close", "vix_close"):
        wrong, rows = moved(candidate, days, closes, context.held)
        if wrong:
            _refuse_contradiction(table, candidate, wrong, rows, problems)
    _refuse_foreign(ticker, days, closes, problems)
    raise AssertionError("unreachable: a foreign file was just refused")


def _refuse_contradiction(table: Table, series: str, wrong: str, rows: NDArray[np.intp], problems: Problems) -> None:
    row = int(rows[0])
    more = f"; {len(rows):,} rows say so" if len(rows) > 1 else ""
    dated = wrong.startswith("the dates")
    problems.refuse(
        f"{quoted(table.cell(row, 'close'))}: {wrong}{more}",
        "Correct the dates, or export the file again in New York's dates."
        if dated
        else f"Give the prices of {TITLES[series]}; if the file holds something else, remove it or rename it.",
        table.place(row, "close"),
    )


def _refuse_foreign(ticker: str, days: pd.DatetimeIndex, closes: NDArray[np.float64], problems: Problems) -> None:
    """Nothing says that these are prices of a series: first of the file's problems, so that a folder names it."""
    beside = nearest_reference(days, closes)
    span = f" of {quoted(ticker)}" if ticker else ""
    sound = closes[np.isfinite(closes)]
    level = f", closes from {sound.min():.6g} to {sound.max():.6g}" if len(sound) else ""
    compared = f"; they are not {beside}" if beside else ", and no close on its dates is known to compare with"
    problems.found.insert(
        0,
        Problem(
            "",
            f"holds prices{span}{level}, which nothing says are the S&P 500's or the VIX's{compared}",
            f"If they are: {_ADDRESSES}; or name it after the index, such as ^GSPC.csv. Otherwise leave it out.",
        ),
    )
    problems.count += 1
    problems.raise_if_any(ForeignFile)


def _ticker(table: Table, problems: Problems) -> str:
    """The one ticker in a column of tickers, where the table has one."""
    label = next((label for label in _TICKERS if label in table.labels), "")
    if not label:
        return ""
    tickers = list(dict.fromkeys(map(str, table.column(label))))
    if len(tickers) > 1:
        problems.refuse(
            f"holds prices of {len(tickers):,} tickers, {quoted(tickers[0])} and {quoted(tickers[1])} among them",
            "Export one file per ticker.",
            table.header_place(label),
            kind=ForeignFile,
        )
    return tickers[0]


def _is_stooq(table: Table) -> bool:
    """Stooq's header; Yahoo's chart has the same columns, and yfinance's history too, dated at midnight."""
    if list(table.labels) != STOOQ_HEADER or table.unit == "bar":
        return False
    first = str(table.cell(0, "date")) if len(table) else ""
    return " " not in first and "T" not in first


def _is_american(table: Table) -> bool:
    """CBOE and Nasdaq.com write month/day/year, whoever asks."""
    return vendor_of(table) == "cboe" or "close/last" in (name.strip().casefold() for name in table.header)


def _index_drafts(
    cells: dict[str, NDArray[np.float64]], days: pd.DatetimeIndex, keep: NDArray[np.intp], problems: Problems
) -> list[Draft]:
    drafts = []
    for label in (*PRICES, "volume"):
        if label not in cells:
            continue
        # Yahoo writes 0 for the opens (to 1982) and volumes (to 1949) it does not have.
        absent = (cells[label][keep] == 0.0) & (label in ("open", "volume"))
        problems.repaired(int(absent.sum()), f"values 0 in column {label} skipped: Yahoo's missing value")
        kept = keep[~absent]
        drafts.append(Draft(f"spx_{label}", label, kept, days[kept], cells[label][kept]))
    return drafts


def _refuse_actions(table: Table, problems: Problems) -> None:
    """A dividend or a split: the prices are a share's, adjusted for them."""
    for label in _ACTIONS:
        if label in table.labels:
            rows = np.flatnonzero(numbers(table, label, problems) > 0).tolist()
            wrong = "an index has neither dividends nor splits", "Download ^GSPC."
            problems.add_all(len(rows), ((table.place(row, label), *wrong) for row in rows))


def _refuse_currency(table: Table, problems: Problems) -> None:
    """All closes in dollars, as Nasdaq.com writes a share's: an index has points."""
    closes = table.column("close")
    if not isinstance(closes, pd.Series) and all(cell.startswith("$") for cell in closes):
        problems.refuse(
            f"{quoted(closes[0])} is in dollars: these are prices of a share or a fund, and an index has points",
            "Leave it out, or download the index itself (SPX at Nasdaq.com).",
            table.place(0, "close"),
            kind=ForeignFile,
        )


def _is_abbreviated(table: Table) -> bool:
    """Whether the volumes are Investing.com's or Nasdaq.com's: `1.23B`, `-`, or none."""
    if "volume" not in table.labels:
        return False
    volumes = table.column("volume")
    if isinstance(volumes, pd.Series):
        return False
    if not any(volumes):
        return bool(table.meanings)  # Investing.com has the column, and nothing in it, for an index
    return all(cell in {"", "-", "--", "N/A"} or cell[-1] in "KMBT" for cell in volumes)


def _leave_out_abbreviated(table: Table, problems: Problems) -> None:
    if _is_abbreviated(table):
        given = sum(cell[-1:] in set("KMBT") for cell in table.column("volume"))
        problems.repaired(given, "volumes left out: rounded to three digits")


def _leave_out_volume(cells: dict[str, NDArray[np.float64]], problems: Problems) -> None:
    """Yahoo's shares are 1.8 times Stooq's until 2016 and 1.6 to 2 times since: another quantity.

    Under one name the two must not meet in one series.
    """
    volumes = int(np.isfinite(cells.pop("volume")).sum())
    problems.repaired(volumes, "volumes left out: Stooq's are another quantity than Yahoo's")


def _without_empty_rows(
    table: Table,
    cells: dict[str, NDArray[np.float64]],
    keep: NDArray[np.intp],
    days: pd.DatetimeIndex,
    problems: Problems,
) -> NDArray[np.intp]:
    """Rows that hold no price at all are skipped (Yahoo's `null` days); a price missing beside others is not."""
    if problems.count:
        return keep
    judged = {label: np.isnan(values[keep]) for label, values in cells.items()}
    empty: NDArray[np.bool_] = np.logical_and.reduce(list(judged.values()))
    problems.repaired(int(empty.sum()), f"rows without any price skipped{table.named(keep[empty], days)}")
    for label, missing in judged.items():
        rows = keep[missing & ~empty].tolist()
        wrong = "has no value while its row has others", "Complete the row or remove it."
        problems.add_all(len(rows), ((table.place(row, label), *wrong) for row in rows))
    return keep[~empty]
