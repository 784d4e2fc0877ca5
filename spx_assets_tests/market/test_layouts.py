"""Layouts recognised by their header, and the series each holds."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from spx_assets.errors import SourceRefused
from spx_assets.market.layouts import drafts_of
from spx_assets.market.parse import parse
from spx_assets.market.reading import Reading
from spx_assets.market.refusal import Problems
from spx_assets.market.table import table_from_csv
from spx_assets_tests.market.documents import NOW, as_bytes, days, fred_csv, with_cell, yahoo_csv, yahoo_lines


def read(data: bytes, name: str = "landing/file.csv") -> Reading:
    """A file read as of the tests' now."""
    return parse(data, name, now=NOW)


def values_of(reading: Reading, series: str) -> list[tuple[str, float]]:
    """Dates and values of one series."""
    rows = reading.observations[reading.observations["series"] == series]
    return [(f"{date:%F}", value) for date, value in zip(rows["date"], rows["value"], strict=True)]


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
    assert reading.repairs == ("landing/file.csv: 1 rows without any price skipped",)


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
        "landing/file.csv: 1 rows left out: the NYSE was closed on their dates",
    )


def test_stooqs_volume_is_judged_though_not_taken() -> None:
    """A damaged volume may mean a shifted row."""
    with pytest.raises(SourceRefused, match=r"line 5, column Volume: '7e5'"):
        read(STOOQ.replace(b"700000", b"7e5"))


CBOE = as_bytes(
    ["DATE,OPEN,HIGH,LOW,CLOSE", "01/02/2024,13.21,14.23,13.10,13.20", "01/03/2024,13.38,14.22,13.33,14.04"]
)


@pytest.mark.parametrize("name", ["VIX_History.csv", "landing/download.csv", "vix-daily.csv"])
def test_cboes_header_is_the_vix(name: str) -> None:
    """American dates, known from the layout; only the close is an observation, an impossible open no harm."""
    reading = read(CBOE.replace(b"13.21,14.23", b"2.58,14.23"), name)
    assert values_of(reading, "vix_close") == [("2024-01-02", 13.2), ("2024-01-03", 14.04)]
    assert list(reading.observations["series"].unique()) == ["vix_close"]


def test_cboes_header_with_iso_dates() -> None:
    """Copies of the file carry ISO dates."""
    data = CBOE.replace(b"01/02/2024", b"2024-01-02").replace(b"01/03/2024", b"2024-01-03")
    assert values_of(read(data), "vix_close")[0] == ("2024-01-02", 13.2)


@pytest.mark.parametrize("name", ["VIX9D_History.csv", "VIX3M_History.csv", "cboe_VVIX.csv", "^NDX.csv"])
def test_another_index_under_the_same_header_is_refused(name: str) -> None:
    """Only the name tells these files apart, so the name is heeded."""
    for data in (CBOE, yahoo_csv()):
        with pytest.raises(SourceRefused, match="is named after") as refused:
            read(data, name)
        assert "vix_close" in str(refused.value)


@pytest.mark.parametrize("name", ["spx.csv", "landing/download.csv"])
def test_the_vix_under_the_indexs_header_or_name_is_refused(name: str) -> None:
    """Closes of 13 since 1990 are not the S&P 500's, whatever header and name say."""
    lines = ["Date,Open,High,Low,Close,Adj Close,Volume", "2024-01-02,13.21,14.23,13.1,13.2,13.2,0"]
    with pytest.raises(SourceRefused, match=r"closes around 13\.2 since 1990"):
        read(as_bytes(lines), name)
    if name == "spx.csv":
        with pytest.raises(SourceRefused, match=r"closes around 13\.62 since 1990"):
            read(CBOE, name)


def test_a_name_that_only_contains_letters_of_an_index() -> None:
    """`truth` is not the Russell 2000 (`rut`)."""
    assert len(values_of(read(yahoo_csv(3), "truth.csv"), "spx_close")) == 3


def test_yahoos_download_of_the_vix() -> None:
    """The S&P's header under the VIX's name is the VIX."""
    lines = ["Date,Open,High,Low,Close,Adj Close,Volume", "2024-01-02,13.21,14.23,13.1,13.2,13.2,0"]
    assert values_of(read(as_bytes(lines), "^VIX.csv"), "vix_close") == [("2024-01-02", 13.2)]


def test_the_index_under_cboes_header() -> None:
    """CBOE's header under the S&P's name is the S&P."""
    data = as_bytes(["Date,Open,High,Low,Close", "2024-01-02,4740,4750,4730,4742.83"])
    assert values_of(read(data, "gspc.csv"), "spx_close") == [("2024-01-02", 4742.83)]


@pytest.mark.parametrize(("header", "missing"), [("DATE", "."), ("observation_date", ""), ("date", "")])
def test_freds_downloads(header: str, missing: str) -> None:
    """Both headers, both spellings of a missing value."""
    reading = read(fred_csv(header=header, missing=missing))
    assert values_of(reading, "treasury_10y")[0] == ("2024-01-02", 3.95)
    assert len(reading.observations) == 9
    assert reading.repairs == ("landing/file.csv: 1 missing values of treasury_10y skipped",)


def test_a_wide_file_has_a_column_per_series() -> None:
    """By name or by any id, in any case, the date anywhere."""
    data = as_bytes(["vix_close,Date,dgs10,spx_close", "13.2,2024-01-02,3.95,4742.83", ",2024-01-03,3.91,4704.81"])
    reading = read(data)
    assert values_of(reading, "vix_close") == [("2024-01-02", 13.2)]
    assert values_of(reading, "treasury_10y") == [("2024-01-02", 3.95), ("2024-01-03", 3.91)]
    assert values_of(reading, "spx_close") == [("2024-01-02", 4742.83), ("2024-01-03", 4704.81)]


def test_an_unknown_column_is_refused_with_the_known_ones() -> None:
    """A column is never passed over: it may be the one that matters."""
    with pytest.raises(SourceRefused) as refused:
        read(as_bytes(["date,spx_close,GDP", "2024-01-02,4742.83,28"]))
    assert "line 1, column GDP: 'GDP' is not a known series" in str(refused.value)
    assert "treasury_10y (DGS10)" in str(refused.value)


def test_one_series_in_two_columns_is_refused() -> None:
    """Its name and its id are the same series."""
    with pytest.raises(SourceRefused, match="names one series in two columns"):
        read(as_bytes(["date,vix_close,VIXCLS", "2024-01-02,13.2,13.2"]))


TIDY = as_bytes(
    [
        "series,date,value,known_at,source",
        "vix_close,2024-01-02,13.20,2024-01-02 21:15:00+00:00,cboe",
        "DGS10,2024-01-02,3.95,2024-01-03 14:30:00+00:00,fred",
        "core_cpi,2023-12-01,313.2,2024-01-11 13:30:00+00:00,alfred",
        "core_cpi,2023-12-01,313.3,2024-02-13 13:30:00+00:00,alfred",
    ]
)


def test_a_tidy_file_keeps_its_vintages_and_sources() -> None:
    """Two values of one month under two instants are two observations."""
    observations = read(TIDY).observations
    assert values_of(read(TIDY), "core_cpi") == [("2023-12-01", 313.2), ("2023-12-01", 313.3)]
    assert list(observations["source"]) == ["alfred", "alfred", "fred", "cboe"]
    assert [f"{i:%F %H:%M}" for i in observations["known_at"][:2]] == ["2024-01-11 13:30", "2024-02-13 13:30"]


def test_a_tidy_file_without_instants_is_dated_by_the_rules() -> None:
    """The catalogue says when a value was known, the file's name where it came from."""
    observations = read(as_bytes(["value,series,date", "13.20,vix_close,2024-01-02"])).observations
    assert observations["known_at"][0] == pd.Timestamp("2024-01-02 21:15", tz="UTC")
    assert observations["source"][0] == "landing/file.csv"


def test_a_tidy_file_names_a_series_by_name_or_id() -> None:
    """Rows under a name and under its id are one series; a date that both have must agree."""
    lines = ["series,date,value", "vix_close,2024-01-02,13.20", "VIXCLS,2024-01-03,14.04"]
    assert len(values_of(read(as_bytes(lines)), "vix_close")) == 2
    with pytest.raises(SourceRefused, match="line 4, column date: 2024-01-03 stands already on line 3"):
        read(as_bytes([*lines, "vix_close,2024-01-03,15"]))


def test_a_tidy_file_of_unknown_series_is_refused() -> None:
    """Each unknown series is named once, where it first stands."""
    lines = ["series,date,value", "gdp,2024-01-02,28", "gdp,2024-01-03,28", "gnp,2024-01-02,28"]
    with pytest.raises(SourceRefused, match="2 problems") as refused:
        read(as_bytes(lines))
    assert "line 2, column series: 'gdp' is not a known series" in str(refused.value)
    assert "line 4, column series: 'gnp' is not a known series" in str(refused.value)


@pytest.mark.parametrize("lines", [yahoo_lines(4), TIDY.decode().splitlines(), fred_csv().decode().splitlines()])
def test_a_parquet_file_reads_as_its_csv(lines: list[str]) -> None:
    """The same table in typed columns gives the same observations, the source aside."""
    text = "\n".join(lines)
    frame = pd.read_csv(io.StringIO(text))
    for column in frame.columns.intersection(["Date", "date", "observation_date"]):
        frame[column] = pd.to_datetime(frame[column])
    if "known_at" in frame:
        frame["known_at"] = pd.to_datetime(frame["known_at"], utc=True)
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    from_parquet = read(buffer.getvalue(), "file").observations
    pd.testing.assert_frame_equal(from_parquet, read(text.encode(), "file").observations)


def test_a_parquet_file_with_its_dates_as_index() -> None:
    """Pandas stores a named index as the last column."""
    frame = pd.DataFrame({"vix_close": [13.2]}, index=pd.DatetimeIndex(["2024-01-02"], name="date"))
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    assert values_of(read(buffer.getvalue()), "vix_close") == [("2024-01-02", 13.2)]


def test_repeated_rows_are_dropped_and_counted() -> None:
    """The same row twice is one observation."""
    lines = yahoo_lines(5)
    reading = read(as_bytes([*lines, lines[3], lines[5]]))
    pd.testing.assert_frame_equal(reading.observations, read(as_bytes(lines)).observations)
    assert "landing/file.csv: 2 repeated rows dropped" in reading.repairs


def test_rows_in_another_order_are_sorted_and_said() -> None:
    """A download with the newest row first gives the same observations."""
    header, *rows = yahoo_lines(5)
    reading = read(as_bytes([header, *reversed(rows)]))
    pd.testing.assert_frame_equal(reading.observations, read(yahoo_csv(5)).observations)
    assert reading.repairs == ("landing/file.csv: 5 rows sorted by date",)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("Price,Close,High", "multi_level_index=False"),
        ("yyyymm,Index,D12", "Known series"),
        (",spx_close", "Give it a column named date"),
        ("date", "Give it a column named date"),
        ("spx_close,vix_close", "Give it a column named date"),
    ],
)
def test_an_unknown_header_is_refused_with_the_known_layouts(header: str, words: str) -> None:
    """The header is quoted, and the way out fits it."""
    data = as_bytes([header, ",".join("1" for _ in header.split(","))])
    with pytest.raises(SourceRefused, match=r"landing/file\.csv line 1: has no header that is known") as refused:
        read(data)
    assert words in str(refused.value)


def test_a_column_that_does_not_belong_is_refused() -> None:
    """Prices beside another quantity are another layout."""
    lines = [f"{line},{'Dividends' if i == 0 else '0'}" for i, line in enumerate(yahoo_lines(3))]
    with pytest.raises(SourceRefused, match="line 1, column Dividends: 'Dividends' does not belong"):
        read(as_bytes(lines))


def test_a_draft_keeps_its_places() -> None:
    """Rows left out do not move the places of the others."""
    table = table_from_csv(yahoo_csv(5).decode(), Problems("a.csv"))
    draft = next(d for d in drafts_of(table, Problems("a.csv")) if d.series == "spx_close")
    kept = draft.only(draft.amounts > 4_740)
    assert [table.place(row, "close") for row in kept.rows] == [
        f"line {i + 2}, column Close" for i, amount in enumerate(draft.amounts) if amount > 4_740
    ]
