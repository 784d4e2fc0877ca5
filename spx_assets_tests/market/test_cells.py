"""Numbers, dates and instants: one exact reading each, or none."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spx_assets.errors import SourceRefused
from spx_assets.market.cells import dates, instants, numbers, texts
from spx_assets.market.refusal import Problems
from spx_assets.market.table import Column, Table


def table_of(column: Column, label: str = "Close") -> Table:
    """A table of one column, on lines 2 and following."""
    return Table("a.csv", (label,), (column,), np.arange(2, len(column) + 2))


@pytest.mark.parametrize("cell", ["0", "1", "-37.63", "4742.83", "17.65999984741211", "0.10", "3743050000", "-0"])
def test_plain_numbers(cell: str) -> None:
    """Digits, at most one point, at most a minus."""
    problems = Problems("a.csv")
    assert list(numbers(table_of([cell]), "close", problems)) == [float(cell)]
    assert problems.count == 0


@pytest.mark.parametrize(
    ("cell", "way_out"),
    [
        ("4,742.83", "Export without thousands separators."),
        ("4.742,83", "Export without thousands separators."),
        ("4 742.83", "Write plain decimal numbers"),
        ("4'742.83", "Write plain decimal numbers"),
        ("4_742.83", "Write plain decimal numbers"),
        ("$4742.83", "Write plain decimal numbers"),
        ("5%", "Write plain decimal numbers"),
        ("+5", "Write plain decimal numbers"),
        (" 5", "Write plain decimal numbers"),
        ("5 ", "Write plain decimal numbers"),
        ("5.", "Write plain decimal numbers"),
        (".5", "Write plain decimal numbers"),
        ("05", "Write plain decimal numbers"),
        ("--5", "Write plain decimal numbers"),
        ("−5", "Write plain decimal numbers"),
        ("0x10", "Write plain decimal numbers"),
        ("3.74E+09", "not scientific notation"),
        ("1e5", "not scientific notation"),
        ("٤٧٤٢", "Write plain decimal numbers"),
        ("４７４２", "Write plain decimal numbers"),
        ("½", "Write plain decimal numbers"),
        ("5\n", "Write plain decimal numbers"),
        ("inf", "Write plain decimal numbers"),
        ("-Infinity", "Write plain decimal numbers"),
        ("NaN", "Leave out rows that have no value."),
        ("null", "Leave out rows that have no value."),
        ("N/A", "Leave out rows that have no value."),
        ("#N/A", "Leave out rows that have no value."),
        ("", "Leave out rows that have no value."),
        (".", "Leave out rows that have no value."),
        ("TRUE", "Write plain decimal numbers"),
        ("1" * 65, "Write plain decimal numbers"),
    ],
)
def test_everything_else_is_no_number(cell: str, way_out: str) -> None:
    """Each is named with its line and column, and with the way out that fits."""
    problems = Problems("a.csv")
    assert np.isnan(numbers(table_of([cell]), "close", problems)).all()
    assert problems.found[0].place == "line 2, column Close"
    assert "is not a plain number" in problems.found[0].evidence
    assert way_out in problems.found[0].way_out


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12))
def test_a_plain_number_is_read_exactly(number: Decimal) -> None:
    """The nearest float of the decimal that was written."""
    problems = Problems("a.csv")
    assert list(numbers(table_of([f"{number:f}"]), "close", problems)) == [float(number)]
    assert problems.count == 0


@given(st.text(max_size=12))
def test_no_text_is_read_as_another_number(cell: str) -> None:
    """Whatever a cell says, it is either that decimal number or a problem."""
    problems = Problems("a.csv")
    value = numbers(table_of([cell]), "close", problems)[0]
    assert (problems.count == 1) == bool(np.isnan(value))
    if not problems.count:
        assert value == float(Decimal(cell))
        assert set(cell) <= set("-.0123456789")


def test_missing_spellings_are_the_layouts() -> None:
    """What may be missing is missing only where the layout says so."""
    problems = Problems("a.csv")
    assert np.isnan(numbers(table_of([".", ""]), "close", problems, missing=(".", ""))).all()
    assert problems.count == 0


def test_stored_numbers_must_be_numbers() -> None:
    """Parquet columns of text or booleans are not converted."""
    for column in (pd.Series(["1"]), pd.Series([True])):
        with pytest.raises(SourceRefused, match="column close holds"):
            numbers(table_of(column), "close", Problems("a.parquet"))


def test_stored_numbers_must_be_finite() -> None:
    """NaN is a missing value where values may be missing, infinity never."""
    problems = Problems("a.parquet")
    column = pd.Series([1.0, np.nan, np.inf])
    numbers(table_of(column), "close", problems)
    assert problems.count == 2
    numbers(table_of(column), "close", problems, missing=("",))
    assert problems.count == 3


def read_dates(*cells: str, us: bool = False) -> list[str]:
    """Dates of a column that has no problem."""
    problems = Problems("a.csv")
    days = dates(table_of(list(cells), "Date"), "date", problems, us=us)
    problems.raise_if_any()
    return [f"{day:%F}" for day in days]


def test_iso_dates() -> None:
    """Year, month, day."""
    assert read_dates("2024-02-29", "1928-01-03") == ["2024-02-29", "1928-01-03"]


def test_american_dates_where_the_layout_says_so() -> None:
    """Month, day, year, with or without leading zeros."""
    assert read_dates("1/4/1999", "01/05/1999", us=True) == ["1999-01-04", "1999-01-05"]


def test_american_dates_that_prove_themselves() -> None:
    """A day above 12 in second place decides for the whole file."""
    assert read_dates("1/4/1999", "1/13/1999") == ["1999-01-04", "1999-01-13"]


def test_ambiguous_dates_are_refused() -> None:
    """1/4/1999 is January or April: nothing in the file decides."""
    with pytest.raises(SourceRefused, match=r"a\.csv line 2, column Date: '1/4/1999' may be"):
        read_dates("1/4/1999", "1/5/1999")


def test_european_dates_are_refused() -> None:
    """A day above 12 in first place is no American month."""
    with pytest.raises(SourceRefused, match="line 3, column Date: '13/1/2024'"):
        read_dates("1/12/2024", "13/1/2024", us=True)


@pytest.mark.parametrize(
    "cell",
    [
        "2024-02-30",
        "2023-02-29",
        "2024-13-01",
        "2024-00-10",
        "2024-1-2",
        "24-01-02",
        "20240102",
        "2024/01/02",
        "2024-01-02 00:00:00",
        "2024-01-02T00:00:00Z",
        " 2024-01-02",
        "Jan 2, 2024",
        "45293",
        "1704153600",
        "",
        "0001-01-01",
        "9999-12-31",
        "२०२४-०१-०२",
    ],
)
def test_what_is_no_date(cell: str) -> None:
    """Named with line and column; no parser guesses."""
    with pytest.raises(SourceRefused) as refused:
        read_dates("2024-01-02", cell)
    assert "a.csv line 3, column Date" in str(refused.value)


def test_one_format_per_file() -> None:
    """A slashed date among ISO dates makes the others wrong, and the reverse."""
    with pytest.raises(SourceRefused, match="line 3, column Date: '1/13/2024'"):
        read_dates("2024-01-02", "1/13/2024", "2024-01-04")
    with pytest.raises(SourceRefused, match="line 3, column Date: '2024-01-02'"):
        read_dates("1/12/2024", "2024-01-02", "1/13/2024")


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(pd.to_datetime(["2024-01-02"])),
        pd.Series([pd.Timestamp("2024-01-02").date()]),
        pd.Series(["2024-01-02"]),
        pd.Series(pd.to_datetime(["2024-01-02"]).as_unit("ms")),
    ],
)
def test_stored_dates(column: pd.Series) -> None:
    """Timestamps at midnight, dates and ISO text are dates."""
    assert list(dates(table_of(column, "Date"), "date", Problems("a"))) == [pd.Timestamp("2024-01-02")]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(pd.to_datetime(["2024-01-02 16:00"])),
        pd.Series(pd.to_datetime(["2024-01-02 05:00"], utc=True)),
        pd.Series([pd.NaT], dtype="datetime64[ns]"),
        pd.Series([20240102]),
        pd.Series(["1/2/2024"]),
        pd.Series([None], dtype="object"),
    ],
)
def test_stored_values_that_are_no_dates(column: pd.Series) -> None:
    """Times of day, zones, nulls and numbers are refused."""
    problems = Problems("a.parquet")
    with suppress(SourceRefused):
        dates(table_of(column, "Date"), "date", problems)
    assert problems.count == 1


def test_instants_carry_their_offset() -> None:
    """The same instant in three spellings."""
    cells = ["2018-12-31 21:00:00+00:00", "2018-12-31T16:00:00-05:00", "2018-12-31T21:00:00.000Z"]
    known = instants(table_of(cells, "known_at"), "known_at", Problems("a.csv"))
    assert set(known) == {pd.Timestamp("2018-12-31 21:00", tz="UTC")}
    assert str(known.dtype) == "datetime64[ns, UTC]"


@pytest.mark.parametrize("cell", ["2018-12-31 21:00:00", "2018-12-31", "", "2018-12-31 25:00:00Z", "now"])
def test_what_is_no_instant(cell: str) -> None:
    """Without an offset, or without a time, an instant could be anywhere in a day."""
    problems = Problems("a.csv")
    instants(table_of([cell], "known_at"), "known_at", problems)
    assert problems.found[0].place == "line 2, column known_at"


def test_stored_instants_must_carry_their_zone() -> None:
    """Naive timestamps are refused, any zone becomes UTC."""
    stored = pd.Series(pd.to_datetime(["2018-12-31 16:00"]))
    aware = table_of(stored.dt.tz_localize("America/New_York"), "known_at")
    assert instants(aware, "known_at", Problems("a"))[0] == pd.Timestamp("2018-12-31 21:00", tz="UTC")
    with pytest.raises(SourceRefused, match="timestamps with a zone"):
        instants(table_of(stored, "known_at"), "known_at", Problems("a"))


@pytest.mark.parametrize("cell", ["", "  ", "a\x1bb"])
def test_names_are_printable(cell: str) -> None:
    """Empty and control characters are refused."""
    problems = Problems("a.csv")
    texts(table_of([cell], "source"), "source", problems)
    assert problems.count == 1
