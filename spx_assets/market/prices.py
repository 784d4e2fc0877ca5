"""The layout of prices: open, high, low, close, of the S&P 500 (Yahoo, yfinance, Stooq) or the VIX (CBOE).

The two cannot always be told apart by their header: the file's name is heeded where it says something, and
closes that cannot be the S&P 500's are refused.
"""

from __future__ import annotations

import re
from pathlib import PurePath

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spx_assets.market.catalogue import known_labels, series_named
from spx_assets.market.cells import dates, numbers
from spx_assets.market.draft import Draft, distinct_rows, refuse_other_columns
from spx_assets.market.refusal import Problems, quoted
from spx_assets.market.table import STOOQ_HEADER, Table

PRICES = ("open", "high", "low", "close")
_EXTRAS = {"adj close", "volume"}
# What yfinance's Ticker.history() adds; an index pays and splits nothing.
_ACTIONS = ("dividends", "stock splits")
# Indices whose files carry the header of the VIX or of the S&P 500; only the file's name tells them apart.
_OTHER_INDEX = re.compile(r"vix[0-9]+[dmy]|vvix|skew|vxn|vxd|rvx|ovx|gvz|vxeem|ndx|ixic|dji|rut")


def price_drafts(table: Table, problems: Problems, *, us_dates: bool = False) -> list[Draft]:
    """The drafts of a table with date, open, high, low, close and perhaps adjusted close and volume."""
    refuse_other_columns(table, {"date", *PRICES, *_EXTRAS, *_ACTIONS}, problems)
    bare = _EXTRAS.isdisjoint(table.labels)
    # Yahoo's chart has the same columns as Stooq's file, with Yahoo's volume.
    stooq = list(table.labels) == STOOQ_HEADER and table.unit != "bar"
    index = _volatility_index(table, problems, bare=bare)
    cells = {
        # Yahoo writes `null` on days it has nothing for; Stooq has no volumes before 1950.
        label: numbers(table, label, problems, missing=("",) if stooq and label == "volume" else ("null",))
        for label in table.labels
        if label in (*PRICES, *_EXTRAS)
    }
    _refuse_actions(table, problems)
    days = dates(table, "date", problems, us=us_dates or bare, midnights=_ACTIONS[0] in table.labels)
    keep = distinct_rows(table, np.arange(len(table)), [days], np.column_stack(list(cells.values())), problems)
    if stooq:
        _leave_out_volume(cells, problems)
    keep = _without_empty_rows(table, cells, keep, problems)
    if index:
        return [Draft(index, "close", keep, days[keep], cells["close"][keep])]
    _refuse_vix_as_index(cells["close"], days, problems)
    return _index_drafts(cells, days, keep, problems)


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


def _leave_out_volume(cells: dict[str, NDArray[np.float64]], problems: Problems) -> None:
    """Yahoo's shares are 1.8 times Stooq's until 2016 and 1.6 to 2 times since: another quantity.

    Under one name the two must not meet in one series.
    """
    volumes = int(np.isfinite(cells.pop("volume")).sum())
    problems.repaired(volumes, "volumes left out: Stooq's are another quantity than Yahoo's")


def _volatility_index(table: Table, problems: Problems, *, bare: bool) -> str:
    """CBOE's header without volume is the VIX, any other the S&P 500 (""), unless the file's name says otherwise."""
    stem = PurePath(table.name).stem.casefold()
    others = [word for word in re.split(r"[^a-z0-9]+", stem) if _OTHER_INDEX.fullmatch(word)]
    if others:
        entry = series_named(others[0])
        if entry is not None:
            return entry.name
        problems.refuse(
            f"is named after {quoted(others[0])}, which is not a known series",
            f"Rename it if it is the S&P 500 or the VIX. Known series: {known_labels()}.",
        )
    if re.search(r"gspc|spx|sp500|sp_500", stem):
        return ""
    return "vix_close" if bare or "vix" in stem else ""


def _refuse_vix_as_index(closes: NDArray[np.float64], days: pd.DatetimeIndex, problems: Problems) -> None:
    """The VIX began in 1990, has never closed above 83, and the S&P 500 since then never below 295."""
    recent = closes[np.asarray(days >= pd.Timestamp("1990-01-01")) & np.isfinite(closes)]
    if len(recent) and np.median(recent) < 90:
        problems.refuse(
            f"holds closes around {np.median(recent):.4g} since 1990, which are not the S&P 500's",
            "If it is the VIX, name the file after it, such as VIX_History.csv.",
        )


def _without_empty_rows(
    table: Table,
    cells: dict[str, NDArray[np.float64]],
    keep: NDArray[np.intp],
    problems: Problems,
) -> NDArray[np.intp]:
    """Rows that hold no price at all are skipped (Yahoo's `null` days); a price missing beside others is not."""
    if problems.count:
        return keep
    judged = {label: np.isnan(values[keep]) for label, values in cells.items()}
    empty: NDArray[np.bool_] = np.logical_and.reduce(list(judged.values()))
    problems.repaired(int(empty.sum()), "rows without any price skipped")
    for label, missing in judged.items():
        rows = keep[missing & ~empty].tolist()
        wrong = "has no value while its row has others", "Complete the row or remove it."
        problems.add_all(len(rows), ((table.place(row, label), *wrong) for row in rows))
    return keep[~empty]
