"""CSV: how it looks, and what it refuses with line, column and text."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from spx_assets.errors import SchemaRefused
from spx_assets.store import csv_text

DTYPES = {
    "series": "object",
    "date": "datetime64[ns]",
    "value": "float64",
    "known_at": "datetime64[ns, UTC]",
    "count": "int64",
    "closed": "bool",
}
HEADER = "series,date,value,known_at,count,closed\n"
LINE = "spx_close,2018-12-28,2485.74,2018-12-28T21:00:00Z,1,True\n"


def test_it_looks_as_a_person_would_write_it() -> None:
    """Plain dates, instants with a Z, the shortest numbers that come back exactly, quotes only where needed."""
    frame = pd.DataFrame(
        {
            "series": pd.Series(['say "x", y', None], dtype="object"),
            "date": pd.to_datetime(["2018-12-28", ""]),
            "value": [0.1, math.nan],
            "known_at": pd.to_datetime(["2018-12-28T21:00:00Z", ""]),
            "count": [1, -2],
            "closed": [True, False],
        }
    )
    assert csv_text.write(frame, DTYPES).decode() == (
        f'{HEADER}"say ""x"", y",2018-12-28,0.1,2018-12-28T21:00:00Z,1,True\n,,,,-2,False\n'
    )


def test_times_of_day_appear_only_where_there_are_any() -> None:
    """A column is written in the coarsest unit that loses nothing."""
    for text in ("2018-12-28", "2018-12-28T09:30:00", "2018-12-28T09:30:00.000000001"):
        frame = pd.DataFrame({"at": pd.to_datetime([text])})
        assert csv_text.write(frame, {"at": "datetime64[ns]"}).decode() == f"at\n{text}\n"


def test_empty_text_is_refused() -> None:
    """CSV cannot tell empty text from missing text, so it is not written."""
    with pytest.raises(SchemaRefused, match="row 1 holds empty text"):
        csv_text.write(pd.DataFrame({"a": pd.Series(["x", ""], dtype="object")}), {"a": "object"})


@pytest.mark.parametrize(
    ("column", "right", "wrong"),
    [
        ("value", "2485.74", "4,742.83"),
        ("value", "2485.74", "2485.74 "),
        ("value", "2485.74", "1_000"),
        ("value", "2485.74", "1e+999"),
        ("value", "2485.74", "nan"),
        ("value", "2485.74", "٣"),
        ("value", "2485.74", "0x10"),
        ("date", "2018-12-28", "28/12/2018"),
        ("date", "2018-12-28", "2018-02-30"),
        ("date", "2018-12-28", "3018-12-28"),
        ("date", "2018-12-28", "2018-12-28T00:00:00Z"),
        ("known_at", "2018-12-28T21:00:00Z", "2018-12-28T21:00:00"),
        ("known_at", "2018-12-28T21:00:00Z", "2018-12-28T21:00:00-05:00"),
        ("known_at", "2018-12-28T21:00:00Z", "2018-12-28"),
        ("count", ",1,", ",1.0,"),
        ("count", ",1,", ",,"),
        ("count", ",1,", ",9223372036854775808,"),
        ("closed", "True", "yes"),
        ("closed", "True", ""),
    ],
)
def test_a_wrong_cell_is_named_by_line_column_and_text(column: str, right: str, wrong: str) -> None:
    """What is not certainly right is refused, and the person who has to mend it is told where."""
    bad = f'"{wrong}"' if "4,7" in wrong else wrong
    data = (HEADER + LINE + LINE.replace(right, bad, 1)).encode()
    with pytest.raises(SchemaRefused) as caught:
        csv_text.read(data, DTYPES)
    assert f"line 3, column {column}: {wrong.strip(',')!r} is not {DTYPES[column]}" in str(caught.value)


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b"", "end"),
        ((HEADER + LINE)[:-1].encode(), "end"),
        ((HEADER + LINE + "spx_close,2018").encode(), "end"),
        ((HEADER + LINE + "spx_close,2018\n").encode(), "line 3: 2 cells for 6 columns"),
        ((HEADER + LINE[:-1] + ",more\n").encode(), "line 2: 7 cells for 6 columns"),
        ((HEADER + "spx_close,2018-12-28,4,742.83,2018-12-28T21:00:00Z,1,True\n").encode(), "7 cells"),
        ((HEADER + "\n" + LINE).encode(), "line 2: 0 cells"),
        ((HEADER + '"open\n').encode(), "unexpected end of data"),
        ((HEADER + '"a"b' + LINE).encode(), "line 2"),
        (b"\n", "line 1"),
        (("\ufeff" + HEADER + LINE).encode(), "line 1"),
        ((HEADER + LINE).replace("date", "value").encode(), "line 1"),
        ((HEADER + LINE).encode("utf-16"), "not UTF-8"),
        (HEADER.encode() + b"\xff\n", "not UTF-8"),
    ],
)
def test_a_damaged_file_is_refused_with_the_place(data: bytes, where: str) -> None:
    """Cut, shifted, mixed-up and foreign files end in the typed error that says where."""
    with pytest.raises(SchemaRefused) as caught:
        csv_text.read(data, DTYPES)
    assert where in str(caught.value)


def test_what_pandas_writes_by_itself_is_read() -> None:
    """A space between date and time says what a T says, and a first column without a name is the index."""
    plain = csv_text.read((HEADER + LINE).encode(), DTYPES)
    spaced = "0," + LINE.replace("T", " ", 1).replace("Z", "+00:00", 1)
    read = csv_text.read(f",{HEADER}{spaced}".encode(), DTYPES)
    pd.testing.assert_frame_equal(pd.DataFrame(read), pd.DataFrame(plain), check_exact=True)


def test_a_refused_cell_shows_a_right_one() -> None:
    """An instant without its zone could be any of 24: the way out is an example."""
    wrong = (HEADER + LINE.replace("T21:00:00Z", " 21:00:00")).encode()
    with pytest.raises(SchemaRefused, match="with its zone, such as 2018-12-31T21:15:00Z"):
        csv_text.read(wrong, DTYPES)


def test_cells_may_span_lines_and_the_line_is_still_right() -> None:
    """Line breaks inside quotes belong to the text, and the count of lines goes on."""
    dtypes = {"text": "object", "n": "int64"}
    assert csv_text.read(b'text,n\n"a\nb\r",1\n', dtypes)["text"].tolist() == ["a\nb\r"]
    with pytest.raises(SchemaRefused, match="line 4, column n"):
        csv_text.read(b'text,n\n"a\nb",1\nc,x\n', dtypes)
