"""Which instrument a file of prices is: by an exact name, by its closes, or none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spx_assets.errors import ForeignFile, SourceRefused
from spx_assets.market import calendar
from spx_assets.market.agreement import Held
from spx_assets.market.draft import FileContext
from spx_assets.market.instrument import named_instrument
from spx_assets.market.parse import parse
from spx_assets.market.reading import observations_of
from spx_assets_tests.market.documents import NOW, closes_through_references

YEAR = calendar.sessions("2023-01-03", "2023-12-29")


def file_of(dates: pd.DatetimeIndex, closes: np.ndarray) -> bytes:
    """A file of prices that says nothing of its instrument."""
    rows = [
        f"{day:%Y-%m-%d},{close:.2f},{close * 1.01:.2f},{close * 0.99:.2f},{close:.2f},9"
        for day, close in zip(dates, closes, strict=True)
    ]
    return "\n".join(["Date,Open,High,Low,Close,Volume", *rows, ""]).encode()


def read(data: bytes, name: str, held: Held | None = None, **said: str) -> set[str]:
    """The series that are read from a file."""
    context = FileContext(NOW, held=held or Held(), **said)
    return set(parse(data, name, context=context).observations["series"])


INDEX = (
    "^GSPC.csv|GSPC.csv|spx.csv|^spx_d.csv|SP500.csv|.INX.csv|HistoricalData_SPX.csv|1_spx.csv|gspc_daily_1927_2026.csv|"
    "S&P 500 Historical Data.csv|https://host/download/%5EGSPC.csv?period1=3|Download Data - US_SPX.csv"
)
OTHERS = (
    "AAPL|QQQ|^FTSE|INDIAVIX|VIX1D|VIX9D_History|VIXY|VXX|SPXL|SPXU|UPRO|SPX3x|^SPXEW|XSP|^SP500TR|^SP500-45|truth|"
    "S&P 500 Futures Historical Data|India VIX Historical Data|SPDR S&P 500|S&P 500 VIX|S&P 400|VIX 3M"
)


@pytest.mark.parametrize("name", INDEX.split("|"))
def test_exact_names_of_the_index(name: str) -> None:
    """Tickers and the index's own name, as exporters write them."""
    assert named_instrument(name) == "spx_close"


@pytest.mark.parametrize(
    ("name", "series"),
    [
        ("VIX_History.csv", "vix_close"),
        ("^VIX.csv", "vix_close"),
        ("VIXCLS.csv", "vix_close"),
        ("CBOE Volatility Index Historical Data.csv", "vix_close"),
        ("VIX3M_History.csv", "vix3m_close"),
        ("VVIX.csv", "vvix_close"),
    ],
)
def test_exact_names_of_volatility_indices(name: str, series: str) -> None:
    """CBOE's, Yahoo's, FRED's and Investing.com's."""
    assert named_instrument(name) == series


@pytest.mark.parametrize("name", OTHERS.split("|"))
def test_other_instruments_have_no_name_of_ours(name: str) -> None:
    """Funds, futures, sectors, total returns, other markets and terms, and names that hold the letters only."""
    assert named_instrument(f"{name}.csv") == ""


@pytest.mark.parametrize("series", ["spx_close", "vix_close"])
def test_a_year_of_closes_is_known_by_the_published_ones(series: str) -> None:
    """Whatever the file is called, its header included; in 1960 as in 2023."""
    closes = closes_through_references(YEAR, series)
    assert series in read(file_of(YEAR, closes), "table.csv")
    if series == "spx_close":
        early = calendar.sessions("1960-01-04", "1960-12-30")
        assert series in read(file_of(early, closes_through_references(early)), "table.csv")


def test_a_month_is_known_by_what_is_held() -> None:
    """Twenty rows that meet no published close are foreign, unless they agree with held ones."""
    month = calendar.sessions("2023-01-03", "2023-01-31")
    closes = closes_through_references(month)
    with pytest.raises(ForeignFile, match="no close on its dates is known"):
        read(file_of(month, closes), "table.csv")
    held = Held(observations_of("spx_close", month[:10], closes[:10], "held"))
    assert "spx_close" in read(file_of(month, closes), "table.csv", held)


@pytest.mark.parametrize(
    ("factor", "what"), [(0.1, "a fund"), (2.1, "a total return index"), (1.004, "a future"), (0.04, "a share")]
)
def test_an_exact_name_does_not_make_it_the_index(factor: float, what: str) -> None:
    """Scaled prices under the index's name are contradicted by published closes, told or not; without one foreign."""
    data = file_of(YEAR, closes_through_references(YEAR) * factor)
    with pytest.raises(SourceRefused, match="the S&P 500"):
        read(data, "^GSPC.csv")
    with pytest.raises(SourceRefused, match="the S&P 500"):
        read(data, f"{what}.csv", series="spx_close")
    with pytest.raises(ForeignFile, match="which nothing says"):
        read(data, f"{what}.csv")


def test_a_share_under_the_indexs_name_is_rejected_without_a_reference() -> None:
    """A short file strays from what the published closes around it leave possible."""
    month = calendar.sessions("2023-01-03", "2023-01-31")
    with pytest.raises(SourceRefused, match="between which the S&P 500 was then"):
        read(file_of(month, closes_through_references(month) / 25), "^GSPC.csv")


@pytest.mark.parametrize("name", ["^GSPC.csv", "table.csv"])
def test_moved_dates_are_rejected_by_published_closes(name: str) -> None:
    """A session early, and known or not by its name."""
    closes = closes_through_references(YEAR)
    with pytest.raises(SourceRefused, match=r"the dates seem to be one (session|day) early"):
        read(file_of(YEAR[:-1], closes[1:]), name)


def test_the_user_and_a_ticker_say_what_a_file_is() -> None:
    """A short file without a name, and one whose ticker is another's."""
    month = calendar.sessions("2023-01-03", "2023-01-31")
    data = file_of(month, closes_through_references(month))
    assert "spx_close" in read(data, "table.csv", series="spx_close")
    named = data.replace(b"Volume\n", b"Volume,Symbol\n").replace(b",9\n", b",9,^GSPC\n")
    assert "spx_close" in read(named, "table.csv")
    with pytest.raises(ForeignFile, match="holds prices of 'AAPL'"):
        read(named.replace(b"^GSPC", b"AAPL"), "spx.csv")
