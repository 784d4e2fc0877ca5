"""Tables as bytes: the same frame back, the same bytes again, and nothing coerced."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from spx_assets.errors import SchemaRefused
from spx_assets.store import tables

FORMATS: tuple[tables.Format, ...] = ("parquet", "csv")
TIMES = st.none() | st.integers(-(2**63) + 2, 2**63 - 1)
# CSV cannot tell empty text from none, so none is drawn here; test_csv_text says what happens to it.
TEXTS = st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
CELLS: dict[str, st.SearchStrategy[Any]] = {
    "bool": st.booleans(),
    "int64": st.integers(-(2**63), 2**63 - 1),
    "float64": st.floats(width=64, allow_nan=False) | st.just(math.nan),
    "object": TEXTS,
    "datetime64[ns]": TIMES,
    "datetime64[ns, UTC]": TIMES,
}


def column(values: list[Any], dtype: str) -> pd.Series[Any]:
    """A column of exactly `dtype`; times are given in nanoseconds since 1970."""
    if dtype.startswith("datetime64"):
        nanoseconds = [pd.NaT.value if value is None else value for value in values]
        times = pd.Series(np.array(nanoseconds, dtype="int64").view("datetime64[ns]"))
        return times.dt.tz_localize("UTC") if dtype.endswith("UTC]") else times
    return pd.Series(values, dtype=dtype)


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    """Frames of up to six rows with columns of every dtype that is stored."""
    rows = draw(st.integers(0, 6))
    dtypes = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=6))
    names = draw(st.lists(st.text("abé, \"'", min_size=1), min_size=len(dtypes), max_size=len(dtypes), unique=True))
    cells = [draw(st.lists(CELLS[dtype], min_size=rows, max_size=rows)) for dtype in dtypes]
    return pd.DataFrame({n: column(c, d) for n, c, d in zip(names, cells, dtypes, strict=True)})


def dtypes_of(frame: pd.DataFrame) -> dict[str, str]:
    """The dtypes as `decode` takes them."""
    return {str(name): str(dtype) for name, dtype in frame.dtypes.items()}


OBSERVATIONS = pd.DataFrame(
    {
        "series": pd.Series(["spx_close", "vix_close"], dtype="object"),
        "date": pd.to_datetime(["2018-12-28", "2018-12-31"]),
        "value": [2485.74, 0.1 + 0.2],
        "known_at": pd.to_datetime(["2018-12-28T21:00:00Z", "2018-12-31T21:15:00Z"]),
        "count": [1, -2],
        "closed": [True, False],
    }
)


@pytest.mark.parametrize("format_", FORMATS)
@settings(max_examples=150, deadline=None)
@given(frame=frames())
def test_any_frame_comes_back_exactly(format_: tables.Format, frame: pd.DataFrame) -> None:
    """Values bit for bit, dtypes, column order and missing values: all as before, and so are the bytes made of them."""
    data = tables.encode(frame, format_)
    back = tables.decode(data, format_, dtypes_of(frame))
    assert_frame_equal(back, frame, check_exact=True)
    assert dtypes_of(back) == dtypes_of(frame)
    for name in frame.select_dtypes("float64"):
        assert (np.signbit(back[name]) == np.signbit(frame[name]))[frame[name].notna()].all()
    assert tables.encode(back, format_) == data


@pytest.mark.parametrize("format_", FORMATS)
def test_the_bytes_depend_on_the_values_alone(format_: tables.Format) -> None:
    """Index, attributes, memory layout and history of a frame leave no trace."""
    data = tables.encode(OBSERVATIONS, format_)
    grown = pd.concat([OBSERVATIONS.head(1), OBSERVATIONS.tail(1)])
    grown.attrs["made"] = "now"
    grown.columns.name = "columns"
    assert tables.encode(grown, format_) == data
    assert tables.encode(OBSERVATIONS.set_index("date", drop=False), format_) == data
    reversed_twice = OBSERVATIONS.iloc[::-1].iloc[::-1]
    assert tables.encode(reversed_twice, format_) == data


def test_columns_come_in_the_order_asked_for() -> None:
    """The order of the dtypes is the order of the columns, whatever the order stored."""
    wanted = dict(reversed(dtypes_of(OBSERVATIONS).items()))
    for format_ in FORMATS:
        back = tables.decode(tables.encode(OBSERVATIONS, format_), format_, wanted)
        assert_frame_equal(back, OBSERVATIONS[list(wanted)], check_exact=True)


def test_parquet_is_plain_parquet() -> None:
    """Other programs see typed columns, and no pandas metadata."""
    data = tables.encode(OBSERVATIONS, "parquet")
    schema = pq.read_schema(pa.BufferReader(data))
    assert pq.read_metadata(pa.BufferReader(data)).metadata is None
    assert [str(field.type) for field in schema] == [
        *("string", "timestamp[ns]", "double", "timestamp[ns, tz=UTC]", "int64", "bool"),
    ]


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([1.5], "float32"),
        ([1], "int32"),
        (["a"], "category"),
        (["a"], "string"),
        ([1], "Int64"),
        ([datetime(2018, 1, 1)], "datetime64[s]"),  # noqa: DTZ001  # naive on purpose
        ([datetime(2018, 1, 1, tzinfo=UTC)], "datetime64[ns, America/New_York]"),
        ([1], "object"),
        ([math.nan], "object"),
        ([pd.NaT], "object"),
        ([b"a"], "object"),
        ([["a"]], "object"),
        (["\ud800"], "object"),
    ],
)
def test_what_could_not_come_back_is_refused(format_: tables.Format, values: list[Any], dtype: str) -> None:
    """Dtypes that no format restores, and objects that are not text, are refused instead of converted."""
    with pytest.raises(SchemaRefused):
        tables.encode(pd.DataFrame({"x": pd.Series(values, dtype=dtype)}), format_)


@pytest.mark.parametrize("columns", [[], ["a", "a"], [""], [1], [("a", "b")], [None], ["__index_level_0__"]])
def test_columns_need_names_of_their_own(columns: list[Any]) -> None:
    """A table without columns, or with repeated, empty or non-text names, is refused."""
    frame = pd.DataFrame(np.zeros((1, len(columns))))
    frame.columns = pd.Index(columns, tupleize_cols=False)
    for format_ in FORMATS:
        with pytest.raises(SchemaRefused, match="columns cannot be stored"):
            tables.encode(frame, format_)


def test_the_index_that_pandas_wrote_is_left_out() -> None:
    """It is no column of the table, whatever it holds."""
    sink = pa.BufferOutputStream()
    OBSERVATIONS.set_index(OBSERVATIONS["date"].to_numpy()).to_parquet(sink)
    data = sink.getvalue().to_pybytes()
    assert tables.columns(data, "parquet") == list(OBSERVATIONS)
    assert_frame_equal(tables.decode(data, "parquet", dtypes_of(OBSERVATIONS)), OBSERVATIONS, check_exact=True)


@pytest.mark.parametrize("format_", FORMATS)
def test_missing_and_unknown_columns_are_refused(format_: tables.Format) -> None:
    """The columns are those asked for: one more or one less is another table."""
    data = tables.encode(OBSERVATIONS, format_)
    wanted = dtypes_of(OBSERVATIONS)
    for wrong in ({**wanted, "more": "float64"}, {k: v for k, v in wanted.items() if k != "value"}):
        with pytest.raises(SchemaRefused, match="columns"):
            tables.decode(data, format_, wrong)


@pytest.mark.parametrize(
    ("name", "dtype"),
    [
        ("count", "float64"),
        ("value", "int64"),
        ("closed", "int64"),
        ("date", "datetime64[ns, UTC]"),
        ("known_at", "datetime64[ns]"),
        ("series", "float64"),
        ("count", "object"),
        ("value", "float32"),
    ],
)
def test_parquet_columns_are_never_coerced(name: str, dtype: str) -> None:
    """A column of another type is refused even where a conversion would be possible."""
    with pytest.raises(SchemaRefused, match=f"Column {name}"):
        tables.decode(tables.encode(OBSERVATIONS, "parquet"), "parquet", {**dtypes_of(OBSERVATIONS), name: dtype})


def test_missing_whole_numbers_are_refused() -> None:
    """Without the check pandas would make floats of integers with gaps; here that is another table."""
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"n": pa.array([1, None], pa.int64())}), sink)
    with pytest.raises(SchemaRefused, match="1 missing"):
        tables.decode(sink.getvalue().to_pybytes(), "parquet", {"n": "int64"})


@pytest.mark.parametrize("cut", [0, 1, 4, 50, -1])
def test_bytes_that_are_no_parquet_are_refused(cut: int) -> None:
    """Empty and cut files end in the typed error."""
    with pytest.raises(SchemaRefused, match="Parquet"):
        tables.decode(tables.encode(OBSERVATIONS, "parquet")[:cut], "parquet", dtypes_of(OBSERVATIONS))


def test_parquet_is_read_without_threads_everywhere() -> None:
    """Arrow's threads can abort an interpreter that ends; whoever reads Parquet here reads it without."""
    package = Path(tables.__file__).parents[1]
    readers = re.compile(r"pq\.read_table\(|\bread_parquet\(|\.read\(\)\.to_pandas|pyarrow\.dataset")

    assert [] == [path.name for path in package.rglob("*.py") if readers.search(path.read_text())]
