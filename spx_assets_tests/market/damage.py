"""Damaged copies of sound files: what was done, and where the refusal must point.

Each damage is something that happens: a spreadsheet's formats, a cut download, a shifted field, a typing
error, a file of another kind. `place` and `words` must stand in the message.
"""

from __future__ import annotations

import gzip
import io
from dataclasses import dataclass

import pandas as pd

from spx_assets_tests.market.documents import as_bytes, fred_csv, with_cell, yahoo_csv, yahoo_lines

CELLS: tuple[tuple[str, int, str, str], ...] = (
    # what, column of a Yahoo file, the cell, words of the message
    ("thousands separator, quoted", 4, '"4,742.83"', "thousands separators"),
    ("thousands separator, unquoted", 4, "4,742.83", "thousands separators"),
    ("thousands separator in the open, unquoted", 1, "4,742.83", "thousands separators"),
    ("thousands separators in the volume, unquoted", 6, "3,743,050,004", "thousands separators"),
    ("decimal comma, quoted", 4, '"4742,83"', "not a plain number"),
    ("European number, quoted", 4, '"4.742,83"', "not a plain number"),
    ("currency sign", 4, "$4742.83", "not a plain number"),
    ("per cent sign", 4, "4742.83%", "not a plain number"),
    ("scientific notation", 6, "3.74E+09", "scientific notation"),
    ("not a number", 4, "NaN", "not a plain number"),
    ("spreadsheet error", 4, "#VALUE!", "not a plain number"),
    ("infinity", 4, "inf", "not a plain number"),
    ("empty close", 4, "", "not a plain number"),
    ("empty high", 2, "", "not a plain number"),
    ("one null", 4, "null", "has no value while its row has others"),
    ("hexadecimal", 4, "0x1286", "not a plain number"),
    ("full-width digits", 4, "４７４２.83", "not a plain number"),
    ("Arabic digits", 4, "٤٧٤٢", "not a plain number"),
    ("Unicode minus", 4, "−4742.83", "not a plain number"),
    ("no-break space", 4, "4\u00a0742.83", "not a plain number"),
    ("leading blank", 4, " 4742.83", "not a plain number"),
    ("two points", 4, "4.742.83", "not a plain number"),
    ("underscore", 4, "4_742.83", "not a plain number"),
    ("formula", 4, "=4742.83", "not a plain number"),
    ("letter for a digit", 4, "47O2.83", "not a plain number"),
    ("overlong number", 4, "4742." + "8" * 80, "not a plain number"),
    ("negative close", 4, "-4742.83", "is outside"),
    ("zero close", 4, "0", "is outside"),
    ("ten times", 4, "47428.3", "times the close before it"),
    ("a tenth", 4, "474.283", "times the close before it"),
    ("high below low", 2, "4600.00", "is below"),
    ("low above close", 3, "4900.00", "is below"),
    ("high ten times", 2, "47428.30", "further apart"),
    ("American date", 0, "01/08/2024", "not a date in the format"),
    ("day of no month", 0, "2024-02-30", "not a date in the format"),
    ("date and time", 0, "2024-01-08 00:00:00", "not a date in the format"),
    ("compact date", 0, "20240108", "not a date in the format"),
    ("spreadsheet's day number", 0, "45299", "not a date in the format"),
    ("month by name", 0, "8-Jan-24", "not a date in the format"),
    ("date in the future", 0, "2042-01-08", "is in the future"),
    ("year of two digits", 0, "0024-01-08", "not a date in the format"),
    ("no date", 0, "", "not a date in the format"),
    ("date of another row", 0, "2024-01-09", "stands already on"),
)
# A conflicting date is found where it stands for the second time.
_ELSEWHERE = {"date of another row": "line 7, column Date", "low above close": "line 6, column High"}


@dataclass(frozen=True)
class Damage:
    """A damaged file, and what its refusal must say."""

    what: str
    data: bytes
    place: str
    words: str


def damages() -> list[Damage]:
    """Every damaged file, in a fixed order."""
    return [*_damaged_cells(), *_damaged_rows(), *_damaged_headers(), *_wrong_kinds(), *_damaged_downloads()]


def _damaged_cells() -> list[Damage]:
    """One cell of line 6 of a Yahoo download, each in turn."""
    names = yahoo_lines(1)[0].split(",")
    return [
        Damage(
            what,
            as_bytes(with_cell(yahoo_lines(20), 6, column, cell)),
            _ELSEWHERE.get(
                what, f"line 6, column {names[column]}" if "separators in" not in what else "line 6, column"
            ),
            words,
        )
        for what, column, cell, words in CELLS
    ]


def _damaged_rows() -> list[Damage]:
    sound = yahoo_lines(20)
    shifted = [*sound[:5], sound[5].replace(",", ",,", 1), *sound[6:]]
    lost = [*sound[:5], ",".join(sound[5].split(",")[:-1]), *sound[6:]]
    joined = [*sound[:5], sound[5] + sound[6], *sound[7:]]
    semicolons = [line.replace(",", ";") for line in sound]
    footer = [*sound, "Total,,,,,,"]
    swapped = with_cell(with_cell(sound, 6, 4, sound[5].split(",")[6]), 6, 6, sound[5].split(",")[4])
    return [
        Damage("additional field", as_bytes(shifted), "line 6, column", "fields"),
        Damage("lost field", as_bytes(lost), "line 6, column", "has 6 fields, the header 7"),
        Damage("cut in the middle of a row", yahoo_csv(20)[:-40], "line 21, column", "fields"),
        Damage("two rows joined", as_bytes(joined), "line 6, column", "fields"),
        Damage("semicolons, one line of commas", as_bytes([*semicolons[:5], *sound[5:]]), "line 6", "1 fields"),
        Damage("a row of totals", as_bytes(footer), "line 22, column Date", "'Total' is not a date"),
        Damage("close and volume swapped", as_bytes(swapped), "line 6, column Close", "is outside"),
        Damage("a quote that never ends", as_bytes([*sound[:5], '"' + sound[5]]), "line", "not well-formed CSV"),
        Damage("a second header", as_bytes([*sound[:5], sound[0], *sound[5:]]), "line 6, column Date", "'Date' is"),
    ]


def _damaged_headers() -> list[Damage]:
    sound = yahoo_lines(20)
    without_close = [",".join(line.split(",")[:4]) for line in sound]
    return [
        Damage("no header", as_bytes(sound[1:]), "line 1", "unrecognised header"),
        Damage("missing column", as_bytes(without_close), "line 1", "column Close is missing"),
        Damage("header only", as_bytes(sound[:1]), "line 2", "no rows"),
        Damage("column twice", as_bytes([sound[0].replace("Low", "High"), *sound[1:]]), "line 1", "twice"),
        Damage(
            "another header", as_bytes(["Datum,Eröffnung,Schluss", "2024-01-02,1,2"]), "line 1", "unrecognised header"
        ),
    ]


def _wrong_kinds() -> list[Damage]:
    buffer = io.BytesIO()
    pd.DataFrame({"date": ["2024-01-02"] * 100, "wti": [70.1] * 100}).to_parquet(buffer)
    return [
        Damage("empty", b"", "", "is empty"),
        Damage("blank", b"\n\n  \n", "", "is empty"),
        Damage("binary", yahoo_csv(5)[:100] + b"\x00\x01\x02" + yahoo_csv(5)[100:], "line 2", "is binary"),
        Damage("web page", b"<!DOCTYPE html>\n<html>Too many requests</html>", "line 1", "web page"),
        Damage("JSON", b'{"chart":{"result":null}}', "line 1", "JSON"),
        Damage("compressed", gzip.compress(yahoo_csv()), "", "gzip"),
        Damage("workbook", b"PK\x03\x04" + b"\x14\x00" * 50, "", "Excel"),
        Damage("UTF-16", yahoo_csv().decode().encode("utf-16"), "", "UTF-16"),
        Damage("Latin-1", as_bytes(yahoo_lines(3)) + b"2024-01-05,70\xa3,,,,,\n", "line 5", "not UTF-8"),
        Damage("truncated Parquet", buffer.getvalue()[:-30], "", "not a whole Parquet file"),
        Damage(
            "damaged Parquet footer", buffer.getvalue()[:-60] + b"\xff" * 52 + buffer.getvalue()[-8:], "", "Parquet"
        ),
        Damage("plain words", b"Rate limit exceeded\nTry later\n", "line 1", "unrecognised header"),
    ]


def _damaged_downloads() -> list[Damage]:
    """The same in the other layouts."""
    fred = fred_csv().decode().splitlines()
    cboe = ["DATE,OPEN,HIGH,LOW,CLOSE", "01/02/2024,13.21,14.23,13.10,13.20", "01/03/2024,13.38,14.22,13.33,14.04"]
    stooq = [
        "Date,Open,High,Low,Close,Volume",
        "1950-01-03,16.66,16.66,16.66,16.66,9",
        "1950-01-04,16.85,16.85,16.85,16.85",
    ]
    months = [f"2024-{month:02d}-01" for month in range(1, 7)]
    claims = ["date,ICSA", *(f"{day},203000" for day in months)]
    monthly = ["observation_date,DGS10", *(f"{day},4.1" for day in months)]
    quarter = ["date,GDP", "2024-01-01,28284.5", "2024-05-01,28500.1"]
    history = [
        "Date,Open,High,Low,Close,Volume,Dividends,Stock Splits",
        "2024-01-02 00:00:00-05:00,4745.2,4754.33,4722.67,4742.83,3743050000,0.0,0.0",
        "2024-01-03 00:00:00-05:00,4725.07,4729.29,4699.71,4704.81,3950760000,0.0,0.0",
    ]
    no_high = [",".join(cell for place, cell in enumerate(line.split(",")) if place != 2) for line in yahoo_lines(20)]
    tidy = ["series,date,value", "vix_close,2024-01-02,13.20", "vix_close,2024-01-03,14.04"]
    return [
        Damage(
            "FRED: another spelling of missing", as_bytes(with_cell(fred, 2, 1, "NA")), "line 2, column DGS10", "'NA'"
        ),
        Damage(
            "FRED: a yield as a fraction of 10,000",
            as_bytes(with_cell(fred, 3, 1, "395")),
            "line 3, column DGS10",
            "outside",
        ),
        Damage(
            "FRED: thousands separator", as_bytes(with_cell(fred, 3, 1, "1,234.5")), "line 3, column DGS10", "thousands"
        ),
        Damage(
            "CBOE: European dates", as_bytes(with_cell(cboe, 3, 0, "13/02/2024")), "line 3, column DATE", "not a date"
        ),
        Damage(
            "yfinance history: a dividend",
            as_bytes(with_cell(history, 3, 6, "0.24")),
            "line 3, column Dividends",
            "neither dividends nor splits",
        ),
        Damage(
            "yfinance history: another zone",
            as_bytes(with_cell(history, 3, 0, "2024-01-03 00:00:00+00:00")),
            "line 3, column Date",
            "not a date",
        ),
        Damage(
            "weekly claims by month", as_bytes(claims), "line 1, column ICSA", "is weekly, and its dates are 31 days"
        ),
        Damage(
            "daily yields by month", as_bytes(monthly), "line 1, column DGS10", "is daily, and its dates are 31 days"
        ),
        Damage("a quarter by its second month", as_bytes(quarter), "line 3, column date", "not the first of a quarter"),
        Damage("claims in thousands", as_bytes(["date,ICSA", "2024-01-06,203"]), "line 2, column ICSA", "outside"),
        Damage("prices without their high", as_bytes(no_high), "line 1", "column High is missing"),
        Damage("CBOE: empty close", as_bytes(with_cell(cboe, 3, 4, "")), "line 3, column CLOSE", "not a plain number"),
        Damage("CBOE: a VIX in hundreds", as_bytes(with_cell(cboe, 3, 4, "1404")), "line 3, column CLOSE", "outside"),
        Damage("Stooq: a volume lost", as_bytes(stooq), "line 3, column Close", "has 5 fields, the header 6"),
        Damage(
            "tidy: unknown series",
            as_bytes(with_cell(tidy, 3, 0, "vix_clsoe")),
            "line 3, column series",
            "not a known series",
        ),
        Damage(
            "tidy: conflicting dates",
            as_bytes(with_cell(tidy, 3, 1, "2024-01-02")),
            "line 3, column date",
            "stands already",
        ),
        Damage("tidy: no value", as_bytes(with_cell(tidy, 3, 2, "")), "line 3, column value", "not a plain number"),
    ]
