"""Prices of the S&P 500 and the VIX as Yahoo, yfinance, Stooq and CBOE write them."""

from __future__ import annotations

import pandas as pd
import pytest

from spx_assets.errors import ForeignFile, SourceRefused
from spx_assets_tests.market.documents import as_bytes, days, read, values_of, with_cell, yahoo_csv, yahoo_lines


def test_a_yahoo_download_is_the_index() -> None:
    """Open, high, low, close and volume; the adjusted close is not an observation."""
    reading = read(yahoo_csv(3))
    names = ["spx_close", "spx_high", "spx_low", "spx_open", "spx_volume"]
    assert sorted(reading.observations["series"].unique()) == names
    assert values_of(reading, "spx_open")[0] == ("2024-01-02", 4704.83)
    assert values_of(reading, "spx_high")[0] == ("2024-01-02", 4717.33)
    assert values_of(reading, "spx_low")[0] == ("2024-01-02", 4699.58)
    assert values_of(reading, "spx_close")[0] == ("2024-01-02", 4707.83)
    assert values_of(reading, "spx_volume")[0] == ("2024-01-02", 3_743_050_000.0)
    assert reading.repairs == ()


def test_yfinances_order_of_columns() -> None:
    """The columns of one download in any order give the same observations."""
    lines = [line.split(",") for line in yahoo_lines(5)]
    order = [0, 5, 4, 2, 3, 1, 6]
    yfinance = as_bytes([",".join(row[i] for i in order) for row in lines])
    pd.testing.assert_frame_equal(read(yfinance).observations, read(yahoo_csv(5)).observations)


def test_yahoos_zero_open_is_missing() -> None:
    """Opens and volumes of 0 are skipped and counted; a close of 0 is damage."""
    lines = with_cell(with_cell(yahoo_lines(5), 3, 1, "0"), 3, 6, "0")
    reading = read(as_bytes(lines))
    assert len(values_of(reading, "spx_open")) == 4
    assert len(values_of(reading, "spx_volume")) == 4
    assert reading.repairs == (
        "landing/file.csv: 1 values 0 in column open skipped: Yahoo's missing value",
        "landing/file.csv: 1 values 0 in column volume skipped: Yahoo's missing value",
    )
    with pytest.raises(SourceRefused, match="line 3, column Close: 0 is outside"):
        read(as_bytes(with_cell(yahoo_lines(5), 3, 4, "0")))


def test_yahoos_null_days_are_missing() -> None:
    """A row of nulls says that Yahoo has nothing for the day."""
    lines = yahoo_lines(5)
    lines[2] = "2024-01-03,null,null,null,null,null,null"
    reading = read(as_bytes(lines))
    assert [date for date, _ in values_of(reading, "spx_close")] == [days(5)[i] for i in (0, 2, 3, 4)]
    assert reading.repairs == ("landing/file.csv: 1 rows without any price skipped (line 3, 2024-01-03)",)


def test_a_null_beside_prices_is_damage() -> None:
    """One price missing in a row that has others is not the file saying it has none."""
    with pytest.raises(SourceRefused, match="line 3, column Close: has no value while its row has others"):
        read(as_bytes(with_cell(yahoo_lines(5), 3, 4, "null")))


STOOQ = as_bytes(
    [
        "Date,Open,High,Low,Close,Volume",
        "1789-05-01,0.51,0.51,0.51,0.51",
        "1948-02-01,14.7,14.7,14.6,14.68",
        "1949-12-31,16.79,16.79,16.76,16.76",
        "1950-01-03,16.66,16.66,16.66,16.66,700000",
        "1950-01-04,16.85,16.85,16.85,16.85,1050000",
    ]
)


def test_stooqs_rows_beside_sessions_are_left_out_and_counted() -> None:
    """Months of the 18th century and the misdated February 1948 are no observations of the daily index."""
    reading = read(STOOQ)
    assert values_of(reading, "spx_close") == [
        ("1949-12-31", 16.76),
        ("1950-01-03", 16.66),
        ("1950-01-04", 16.85),
    ]
    assert reading.repairs == (
        "landing/file.csv: 2 volumes left out: Stooq's are another quantity than Yahoo's",
        "landing/file.csv: 1 rows left out: before the daily index begins on 1927-12-30",
        "landing/file.csv: 1 rows left out: the NYSE was closed on their dates (line 3, 1948-02-01)",
    )


def test_stooqs_volume_is_judged_though_not_taken() -> None:
    """A damaged volume may mean a shifted row."""
    with pytest.raises(SourceRefused, match=r"line 5, column Volume: '7e5'"):
        read(STOOQ.replace(b"700000", b"7e5"))


CBOE = as_bytes(
    ["DATE,OPEN,HIGH,LOW,CLOSE", "01/02/2024,13.21,14.23,13.10,13.20", "01/03/2024,13.38,14.22,13.33,14.04"]
)


@pytest.mark.parametrize("name", ["VIX_History.csv", "^VIX.csv", "vix-daily.csv"])
def test_cboes_file_under_the_vixs_name_is_the_vix(name: str) -> None:
    """American dates, known from the layout; only the close is an observation, an impossible open no harm."""
    reading = read(CBOE.replace(b"13.21,14.23", b"2.58,14.23"), name)
    assert values_of(reading, "vix_close") == [("2024-01-02", 13.2), ("2024-01-03", 14.04)]
    assert list(reading.observations["series"].unique()) == ["vix_close"]


def test_cboes_header_with_iso_dates() -> None:
    """Copies of the file carry ISO dates."""
    data = CBOE.replace(b"01/02/2024", b"2024-01-02").replace(b"01/03/2024", b"2024-01-03")
    assert values_of(read(data), "vix_close")[0] == ("2024-01-02", 13.2)


@pytest.mark.parametrize("name", ["VIX9D_History.csv", "OVX_History.csv", "^NDX.csv"])
def test_another_index_under_the_same_header_is_refused(name: str) -> None:
    """Only the name tells these files apart, and it is none of ours."""
    for data in (CBOE, yahoo_csv()):
        with pytest.raises(ForeignFile, match="which nothing says are the S&P 500's or the VIX's") as refused:
            read(data, name)
        assert "--source vix=FILE" in str(refused.value)


def test_the_vix_under_the_indexs_name_is_refused() -> None:
    """Closes of 13 in 2024 are not the S&P 500's, whatever header and name say."""
    lines = ["Date,Open,High,Low,Close,Adj Close,Volume", "2024-01-02,13.21,14.23,13.1,13.2,13.2,0"]
    for data in (as_bytes(lines), CBOE):
        with pytest.raises(SourceRefused, match=r"'13\.20?': is outside 3524 to 6348"):
            read(data, "spx.csv")


def test_a_name_that_only_contains_letters_of_an_index() -> None:
    """Only a whole word is a name: `spxl` is a fund."""
    with pytest.raises(ForeignFile):
        read(yahoo_csv(3), "spxl.csv")


def test_yahoos_download_of_the_vix() -> None:
    """The S&P's header under the VIX's name is the VIX."""
    lines = ["Date,Open,High,Low,Close,Adj Close,Volume", "2024-01-02,13.21,14.23,13.1,13.2,13.2,0"]
    assert values_of(read(as_bytes(lines), "^VIX.csv"), "vix_close") == [("2024-01-02", 13.2)]


def test_the_index_under_cboes_header() -> None:
    """CBOE's header under the S&P's name is the S&P."""
    data = as_bytes(["Date,Open,High,Low,Close", "2024-01-02,4740,4750,4730,4742.83"])
    assert values_of(read(data, "gspc.csv"), "spx_close") == [("2024-01-02", 4742.83)]


def test_a_column_that_does_not_belong_is_refused() -> None:
    """Prices beside another quantity are another layout."""
    lines = [f"{line},{'Turnover' if i == 0 else '0'}" for i, line in enumerate(yahoo_lines(3))]
    with pytest.raises(SourceRefused, match="line 1, column Turnover: 'Turnover' does not belong"):
        read(as_bytes(lines))


def test_yfinances_history_is_read_by_its_midnights() -> None:
    """`Ticker.history().to_csv()`: dates at New York's midnight, winter and summer, dividends and splits of 0."""
    lines = [
        "Date,Open,High,Low,Close,Volume,Dividends,Stock Splits",
        "2024-03-08 00:00:00-05:00,5164.46,5189.26,5117.5,5123.69,4208870000,0.0,0.0",
        "2024-03-11 00:00:00-04:00,5111.96,5124.66,5091.14,5117.94,3896430000,0.0,0.0",
    ]
    reading = read(as_bytes(lines))
    assert values_of(reading, "spx_close") == [("2024-03-08", 5123.69), ("2024-03-11", 5117.94)]
    assert set(reading.observations["series"]) == {"spx_open", "spx_high", "spx_low", "spx_close", "spx_volume"}


@pytest.mark.parametrize(
    ("header", "missing"),
    [("Date,Open,High,Low,Adj Close,Volume", "Close"), ("Date,High,Low,Close,Volume,Adj Close", "Open")],
)
def test_a_price_that_is_missing_is_named(header: str, missing: str) -> None:
    """Rather than that `Open` is no series."""
    with pytest.raises(SourceRefused, match=f"line 1: column {missing} is missing"):
        read(as_bytes([header, "2024-01-02,4742.83,4754.33,4722.67,4742.83,3743050000"]))


def test_two_prices_that_are_missing_are_both_named() -> None:
    """In one report."""
    with pytest.raises(SourceRefused) as refused:
        read(as_bytes(["Date,Open,Close,Volume", "2024-01-02,4742.83,4742.83,3743050000"]))
    assert "column High is missing" in str(refused.value)
    assert "column Low is missing" in str(refused.value)
