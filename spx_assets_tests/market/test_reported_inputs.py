"""Files of the kinds that people reported: each is read to the right values, or rejected with what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from spx_assets.errors import ForeignFile, SourceRefused
from spx_assets.market import calendar, read_source
from spx_assets_tests.market.documents import closes_through_references

NOW = pd.Timestamp("2024-06-28 22:00", tz="UTC")
SESSIONS = calendar.sessions("2024-01-02", "2024-03-28")
CLOSES = closes_through_references(SESSIONS)


def table(header: str, row: Callable[[pd.Timestamp, float], str], *, newest_first: bool = False) -> str:
    """A file with one line per session."""
    rows = [row(day, close) for day, close in zip(SESSIONS, CLOSES.tolist(), strict=True)]
    return "\n".join([header, *(reversed(rows) if newest_first else rows)]) + "\n"


def quoted(*cells: str) -> str:
    """A line with every cell in quotes."""
    return ",".join(f'"{cell}"' for cell in cells)


def comma(value: float) -> str:
    """A number with a decimal comma."""
    return f"{value:.2f}".replace(".", ",")


INVESTING = quoted("Date", "Price", "Open", "High", "Low", "Vol.", "Change %")
READ = {
    "S&P 500 Historical Data.csv": "\ufeff"
    + table(
        INVESTING, lambda d, c: quoted(f"{d:%m/%d/%Y}", *[f"{c:,.2f}"] * 4, "", "0.11%"), newest_first=True
    ).replace("\n", "\r\n"),
    "investing_monthname_dates.csv": table(
        INVESTING, lambda d, c: quoted(f"{d:%b %d, %Y}", *[f"{c:,.2f}"] * 4, "-", "0.11%"), newest_first=True
    ),
    "nasdaq_SPX_HistoricalData.csv": table(
        "Date,Close/Last,Open,High,Low", lambda d, c: f"{d:%m/%d/%Y},{c},{c},{c},{c}", newest_first=True
    ),
    "HistoricalPrices.csv": table(
        "Date, Open, High, Low, Close", lambda d, c: f"{d:%m/%d/%y}, {c}, {c}, {c}, {c}", newest_first=True
    ),
    "semicolon_spx.csv": table(
        "Date;Open;High;Low;Close;Volume", lambda d, c: f"{d:%d/%m/%Y};{';'.join([comma(c)] * 4)};3743050000"
    ),
    "excel_sep_line_spx.csv": "sep=,\n"
    + table("Date,Open,High,Low,Close,Volume", lambda d, c: f"{d:%Y-%m-%d},{c},{c},{c},{c},3743050000"),
    "excel_trailing_commas_GSPC.csv": table(
        "Date,Open,High,Low,Close,Adj Close,Volume,,", lambda d, c: f"{d:%Y-%m-%d},{c},{c},{c},{c},{c},3743050000,,"
    ),
    "yfinance_history_GSPC.csv": table(
        "Date,Open,High,Low,Close,Volume", lambda d, c: f"{d:%Y-%m-%d} 00:00:00-05:00,{c},{c},{c},{c},3743050000"
    ),
    "prices_2024_no_volume.csv": table("Date,Open,High,Low,Close", lambda d, c: f"{d:%Y-%m-%d},{c},{c},{c},{c}"),
}


@pytest.mark.parametrize("name", READ)
def test_an_export_of_the_index_is_read(name: str, tmp_path: Path) -> None:
    """Every close on its session, whatever the vendor calls its columns and however it writes numbers and dates."""
    (tmp_path / name).write_text(READ[name], newline="")

    found = read_source(str(tmp_path / name), now=NOW).observations

    closes = found[found["series"] == "spx_close"].sort_values("date")
    assert closes["date"].tolist() == SESSIONS.tolist()
    assert closes["value"].tolist() == CLOSES.tolist()
    assert set(found["series"]) <= {f"spx_{part}" for part in ("open", "high", "low", "close", "volume")}


def prices(scale: float, days: int = 0) -> str:
    """OHLC with volume of another instrument, or dated so many calendar days away."""
    return table(
        "Date,Open,High,Low,Close,Adj Close,Volume",
        lambda d, c: ",".join([f"{d + pd.Timedelta(days=days):%Y-%m-%d}", *[f"{c * scale:.2f}"] * 5, "3743050000"]),
    )


REJECTED = {
    "AAPL.csv": prices(0.04),
    "SPY.csv": prices(0.1),
    "^SP500TR.csv": prices(2.2),
    "^FTSE.csv": prices(1.6),
    "^GSPC.csv": prices(0.04),  # a share under the index's name
    "spx.csv": prices(1.0, days=-1),
    "gspc.csv": prices(1.0, days=1),
    "DXY.csv": table(
        "Date,Open,High,Low,Close", lambda d, c: f"{d:%Y-%m-%d},{c / 46:.2f},{c / 46:.2f},99,{c / 46:.2f}"
    ),
    "INDIAVIX.csv": table("Date,Open,High,Low,Close", lambda d, _: f"{d:%Y-%m-%d},15.5,15.5,15.5,15.5"),
    "DGS10.csv": table("observation_date,DGS10", lambda d, _: f"{d:%Y-%m-%d},0.0395"),
}


@pytest.mark.parametrize("name", REJECTED)
def test_another_instrument_other_dates_or_another_unit_is_rejected(name: str, tmp_path: Path) -> None:
    """Alone, with the hint that its user can follow; nothing of it is read."""
    (tmp_path / name).write_text(REJECTED[name])

    with pytest.raises(SourceRefused) as rejected:
        read_source(str(tmp_path / name), now=NOW)

    assert name in str(rejected.value)
    assert rejected.value.way_out


def test_a_share_beside_the_index_is_left_out_and_named(tmp_path: Path) -> None:
    """Though its name comes first: the index is read, the share is named, and alone it is foreign."""
    (tmp_path / "AAPL.csv").write_text(REJECTED["AAPL.csv"])
    (tmp_path / "^GSPC.csv").write_text(prices(1.0))

    found = read_source(str(tmp_path), now=NOW)

    closes = found.observations[found.observations["series"] == "spx_close"].sort_values("date")
    np.testing.assert_array_equal(CLOSES, closes["value"].to_numpy())
    with pytest.raises(ForeignFile, match="--source spx=FILE"):
        read_source(str(tmp_path / "AAPL.csv"), now=NOW)


def test_dates_a_day_early_beside_the_embedded_data_are_rejected(tmp_path: Path) -> None:
    """The embedded closes of 2018, each dated the day before, would be a look-ahead of a day."""
    held = read_source("sample", now=NOW).observations
    year = held[(held["series"] == "spx_close") & (held["date"] >= "2018-01-01")]
    rows = [
        f"{d - pd.Timedelta(days=1):%Y-%m-%d},{c},{c},{c},{c},{c},1000000000"
        for d, c in year[["date", "value"]].to_numpy()
    ]
    (tmp_path / "^GSPC.csv").write_text("\n".join(["Date,Open,High,Low,Close,Adj Close,Volume", *rows]) + "\n")

    with pytest.raises(SourceRefused, match="day"):
        read_source(f"{tmp_path / '^GSPC.csv'},sample", now=NOW)
