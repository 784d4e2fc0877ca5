"""Small files as sources write them, built line by line, for tests to read and to damage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from spx_assets.market import calendar
from spx_assets.market.draft import FileContext
from spx_assets.market.parse import parse
from spx_assets.market.reading import Reading
from spx_assets.market.reference_closes import reference_closes

NOW = pd.Timestamp("2024-06-28 22:00", tz="UTC")
REPOSITORY = Path(__file__).parents[2]
SHARED = REPOSITORY.parent / "shared" / "data"

YAHOO = "Date,Open,High,Low,Close,Adj Close,Volume"
STOOQ = "Date,Open,High,Low,Close,Volume"
CBOE = b"DATE,OPEN,HIGH,LOW,CLOSE"


def closes(count: int) -> list[float]:
    """A calm path of closes around 4,750, the same every time."""
    return [round(4742.83 + 7 * ((i * 37) % 11 - 5), 2) for i in range(count)]


def closes_through_references(sessions: pd.DatetimeIndex, series: str = "spx_close") -> np.ndarray:
    """Closes that pass through every published one, and move between them by a few per mille."""
    known = np.log(reference_closes(series))
    between = np.interp(sessions.to_numpy().astype("int64"), known.index.to_numpy().astype("int64"), known.to_numpy())
    noise = np.random.default_rng(len(sessions)).normal(0.0, 0.004, len(sessions))
    return np.round(np.exp(between + np.where(sessions.isin(known.index), 0.0, noise)), 2)


def days(count: int, first: str = "2024-01-02") -> list[str]:
    """The first `count` NYSE sessions from `first`, as yyyy-mm-dd."""
    return [f"{day:%Y-%m-%d}" for day in calendar.sessions(first, "2024-06-28")[:count]]


def yahoo_lines(count: int = 40) -> list[str]:
    """Header and rows of a Yahoo download; row i stands on line i + 2."""
    rows = [
        f"{day},{close - 3:.2f},{close + 9.5:.2f},{close - 8.25:.2f},{close:.2f},{close:.2f},{3_743_050_000 + i}"
        for i, (day, close) in enumerate(zip(days(count), closes(count), strict=True))
    ]
    return [YAHOO, *rows]


def yahoo_csv(count: int = 40) -> bytes:
    """A sound Yahoo download."""
    return as_bytes(yahoo_lines(count))


def fred_csv(series: str = "DGS10", *, header: str = "observation_date", missing: str = "") -> bytes:
    """A FRED download of ten business days, New Year's Day without a value."""
    cells = [missing, "3.95", "3.91", "3.99", "4.05", "4.01", "4.02", "4.04", "3.98", "3.96"]
    dates = pd.bdate_range("2024-01-01", periods=len(cells))
    rows = [f"{day:%Y-%m-%d},{cell}" for day, cell in zip(dates, cells, strict=True)]
    return as_bytes([f"{header},{series}", *rows])


def as_bytes(lines: list[str]) -> bytes:
    """Lines as a file."""
    return ("\n".join(lines) + "\n").encode()


def with_cell(lines: list[str], line: int, column: int, cell: str) -> list[str]:
    """The lines with one cell replaced; lines count from 1, columns from 0."""
    cells = lines[line - 1].split(",")
    cells[column] = cell
    return [*lines[: line - 1], ",".join(cells), *lines[line:]]


def read(data: bytes, name: str = "landing/file.csv", *, instrument: str | None = None) -> Reading:
    """A file read as of the tests' now; without a name of their own, prices are the index's that has this header."""
    if instrument is None:
        instrument = "" if name != "landing/file.csv" else "vix_close" if data.startswith(CBOE) else "spx_close"
    return parse(data, name, context=FileContext(NOW, instrument=instrument))


def values_of(reading: Reading, series: str) -> list[tuple[str, float]]:
    """Dates and values of one series."""
    rows = reading.observations[reading.observations["series"] == series]
    return [(f"{date:%F}", value) for date, value in zip(rows["date"], rows["value"], strict=True)]
