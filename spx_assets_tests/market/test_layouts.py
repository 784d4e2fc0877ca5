"""Layouts recognised by their header, and the series each holds."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from spx_assets.errors import SourceRefused
from spx_assets.market.draft import FileContext
from spx_assets.market.parse import parse
from spx_assets_tests.market.documents import (
    NOW,
    as_bytes,
    fred_csv,
    read,
    values_of,
    yahoo_lines,
)


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
        read(as_bytes(["date,spx_close,M2SL", "2024-01-02,4742.83,28"]))
    assert "line 1, column M2SL: 'M2SL' is not a known series" in str(refused.value)
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
    lines = ["series,date,value", "m2,2024-01-02,28", "m2,2024-01-03,28", "gnp,2024-01-02,28"]
    with pytest.raises(SourceRefused, match="2 problems") as refused:
        read(as_bytes(lines))
    assert "line 2, column series: 'm2' is not a known series" in str(refused.value)
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
    from_parquet = read(buffer.getvalue(), "spx").observations
    pd.testing.assert_frame_equal(from_parquet, read(text.encode(), "spx").observations)


def test_a_parquet_file_with_its_dates_as_index() -> None:
    """Pandas stores a named index as the last column."""
    frame = pd.DataFrame({"vix_close": [13.2]}, index=pd.DatetimeIndex(["2024-01-02"], name="date"))
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    assert values_of(read(buffer.getvalue()), "vix_close") == [("2024-01-02", 13.2)]


def _downloaded(ticker: str) -> bytes:
    below = ["Price,Close,High,Low,Open,Volume", f"Ticker{f',{ticker}' * 5}", "Date,,,,,"]
    return as_bytes([*below, "2024-01-02,4742.83,4754.33,4722.67,4745.2,3743050000"])


def test_yfinances_download_of_the_index_is_read_below_its_three_header_lines() -> None:
    """`yf.download("^GSPC").to_csv()` as it comes; the ticker says what it is."""
    reading = read(_downloaded("^GSPC"))

    assert values_of(reading, "spx_close") == [("2024-01-02", 4742.83)]
    assert values_of(reading, "spx_volume") == [("2024-01-02", 3743050000.0)]


def test_yfinances_download_of_another_ticker_is_refused() -> None:
    """Its prices are no series of ours."""
    with pytest.raises(SourceRefused, match=r"holds prices of 'AAPL'"):
        read(_downloaded("AAPL"))


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
    with pytest.raises(SourceRefused, match=r"landing/file\.csv line 1: unrecognised header") as refused:
        read(data)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    "source", ["=HYPERLINK(1)", "@SUM(A1)", "<img src=x onerror=alert(1)>", "a\x1b[2Jb", "x" * 5000]
)
def test_a_source_that_could_act_is_rejected_with_line_and_column(source: str) -> None:
    """Formulas, markup, control characters and letters without end come in through no dropped file."""
    text = f'series,date,value,source\nvix_close,2024-01-02,13.2,Cboe\nvix_close,2024-01-03,14.0,"{source}"\n'

    with pytest.raises(SourceRefused, match=r"line 3(, column source)?: ") as rejected:
        parse(text.encode(), "tidy.csv", context=FileContext(NOW))
    assert "\x1b" not in str(rejected.value)


def test_a_source_of_a_dropped_table_is_kept_without_its_secrets() -> None:
    """An exported table may name an address with a signature."""
    text = "series,date,value,source\nvix_close,2024-01-02,13.2,https://h.example/a.csv?sig=s3cret\n"

    assert ["https://h.example/a.csv"] == list(
        parse(text.encode(), "tidy.csv", context=FileContext(NOW)).observations["source"]
    )
