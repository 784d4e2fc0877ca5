"""Structure of CSV and Parquet: quoting, field counts, limits, and places."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from spx_assets.errors import SourceRefused
from spx_assets.market import table as tables
from spx_assets.market.refusal import Problems
from spx_assets.market.table import Table, table_from_csv, table_from_parquet


def csv_table(text: str) -> Table:
    """The table of a text called a.csv."""
    return table_from_csv(text, Problems("a.csv"))


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """A frame as Parquet."""
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


def refusal_of(text: str) -> str:
    """The message a text is refused with."""
    with pytest.raises(SourceRefused) as refused:
        csv_table(text)
    return str(refused.value)


def test_cells_stay_text() -> None:
    """No type is inferred: `007`, `1e3` and `NA` are what they are."""
    table = csv_table("date,wti\n007,1e3\nNA,\n")
    assert table.column("date") == ["007", "NA"]
    assert table.column("wti") == ["1e3", ""]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_newline_is_a_newline(newline: str) -> None:
    """Unix, Windows and old Macintosh files read alike."""
    table = csv_table(newline.join(["date,wti", "2024-01-02,70.1", ""]))
    assert (table.column("wti"), list(table.lines)) == (["70.1"], [2])


def test_places_count_lines_of_the_file() -> None:
    """A blank line is skipped and still counted; the column is named as the file names it."""
    table = csv_table("Date, WTI\n2024-01-02,70.1\n\n2024-01-03,70.2\n")
    assert table.place(1, "wti") == "line 4, column WTI"
    assert table.place(1) == "line 4"


def test_the_date_label_is_freds_or_everyones() -> None:
    """`observation_date` and `date` are dates."""
    assert csv_table("observation_date,DGS10\n2024-01-02,4\n").date_label == "observation_date"


@pytest.mark.parametrize(
    ("row", "column", "text"),
    [
        ("2024-01-02,4,742.83,4800,4700,4750,4750,1", "Open", "4,742.83"),
        ("2024-01-02,4740,4800,4700,4,750.25,4750,1", "Close", "4,750.25"),
        ("2024-01-02,4740,4800,4700,4750,4750,3,743,050,000", "Volume", "3,743"),
    ],
)
def test_an_unquoted_thousands_separator_is_named(row: str, column: str, text: str) -> None:
    """The worst damage: every later column shifts. The column that was split is found."""
    message = refusal_of(f"Date,Open,High,Low,Close,Adj Close,Volume\n{row}\n")
    assert f"a.csv line 2, column {column}: '{text}'" in message
    assert "Export without thousands separators." in message


@pytest.mark.parametrize("row", ["2024-01-02", "2024-01-02,70.1,extra"])
def test_rows_are_as_long_as_the_header(row: str) -> None:
    """A missing or additional field is refused, and both counts are said."""
    message = refusal_of(f"date,wti\n2024-01-01,70\n{row}\n")
    assert "a.csv line 3, column" in message
    assert f"has {row.count(',') + 1} fields, the header 2" in message


def test_stooqs_early_rows_lack_the_volume() -> None:
    """Stooq leaves the last field out until it has volumes."""
    table = csv_table("Date,Open,High,Low,Close,Volume\n1949-12-31,1,1,1,1\n1950-01-03,1,1,1,1,9\n")
    assert table.column("volume") == ["", "9"]


def test_a_short_row_after_the_first_volume_is_damaged() -> None:
    """Once volumes have begun, a row without one has lost a field."""
    message = refusal_of("Date,Open,High,Low,Close,Volume\n1950-01-03,1,1,1,1,9\n1950-01-04,1,1,1,1\n")
    assert "a.csv line 3" in message


def test_only_stooqs_header_may_lack_a_field() -> None:
    """The same short row under Yahoo's header is refused."""
    assert "line 2" in refusal_of("Date,Open,High,Low,Close,Adj Close,Volume\n2024-01-02,1,1,1,1,1\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\n\n", "no header"),
        ("date,wti\n", "no rows"),
        ("date,wti,WTI \n2024-01-02,70,70\n", "'wti' twice"),
        ('date,wti\n2024-01-02,"70\n', "not well-formed CSV"),
        ('date,wti\n2024-01-02,"70"1\n', "not well-formed CSV"),
        ("date," + ",".join(f"c{i}" for i in range(64)) + "\n", "65 columns"),
        ("date,wti\n2024-01-02," + "7" * 2_000 + "\n", "longer than 1024"),
    ],
)
def test_structures_that_are_no_table(text: str, words: str) -> None:
    """Each is refused by name, in the file's name."""
    message = refusal_of(text)
    assert words in message
    assert message.startswith("a.csv")


def test_rows_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading stops at the limit, for CSV and Parquet alike."""
    monkeypatch.setattr(tables, "MAX_ROWS", 2)
    with pytest.raises(SourceRefused, match="more than 2 rows"):
        csv_table("date,wti\na,1\nb,2\nc,3\n")
    with pytest.raises(SourceRefused, match="more than 2 rows"):
        table_from_parquet(parquet_bytes(pd.DataFrame({"date": [1, 2, 3]})), Problems("a.parquet"))


def test_parquet_keeps_its_types_and_counts_rows() -> None:
    """Columns come as stored; a place is a row."""
    frame = pd.DataFrame({"date": pd.to_datetime(["2024-01-02"]), "wti": [70.1]})
    table = table_from_parquet(parquet_bytes(frame), Problems("a.parquet"))
    assert list(table.columns[1]) == [70.1]
    assert table.place(0, "wti") == "row 1, column wti"


@pytest.mark.parametrize("length", [4, 60, 400])
def test_a_truncated_parquet_file_is_refused(length: int) -> None:
    """A part of a Parquet file is not one."""
    data = parquet_bytes(pd.DataFrame({"date": ["2024-01-02"] * 50, "wti": range(50)}))
    with pytest.raises(SourceRefused, match=r"a\.parquet is not a whole Parquet file"):
        table_from_parquet(data[:length], Problems("a.parquet"))


def test_a_parquet_file_without_rows_is_refused() -> None:
    """Columns alone are no data."""
    with pytest.raises(SourceRefused, match="no rows"):
        table_from_parquet(parquet_bytes(pd.DataFrame({"date": [], "wti": []})), Problems("a.parquet"))


def test_a_parquet_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The unpacked size the file declares is bounded."""
    monkeypatch.setattr(tables, "MAX_UNPACKED", 1_000)
    frame = pd.DataFrame({"date": [f"{i:040d}" for i in range(1_000)]})
    with pytest.raises(SourceRefused, match="unpacks to over"):
        table_from_parquet(parquet_bytes(frame), Problems("a.parquet"))
