"""Tables as bytes: Parquet for programs, CSV for people, the same frame back from either.

What a table must hold is the business of the room that makes it. Promise: equal frames give equal bytes, and
decoding gives exactly the dtypes asked for, or SchemaRefused: nothing is coerced, guessed or rounded. The index is
not stored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from spx_assets.errors import SchemaRefused
from spx_assets.store import csv_text

Format = Literal["parquet", "csv"]

_ARROW = {
    "bool": pa.bool_(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "object": pa.string(),
    "datetime64[ns]": pa.timestamp("ns"),
    "datetime64[ns, UTC]": pa.timestamp("ns", tz="UTC"),
}
# What pandas calls the index that it writes beside the columns.
_INDEX = re.compile(r"__index_level_\d+__")
_NEVER_MISSING = frozenset({"bool", "int64"})


def encode(frame: pd.DataFrame, format: Format) -> bytes:  # noqa: A002  # the contract's name, and the reader's
    """The frame's columns as bytes, without its index; SchemaRefused for what could not come back exactly.

    Columns are bool, int64, float64, datetime64[ns], datetime64[ns, UTC], or object holding text and None.
    """
    dtypes = _dtypes(frame)
    if format == "csv":
        return csv_text.write(frame, dtypes)
    try:
        arrays = [_arrow(frame[name], dtype) for name, dtype in dtypes.items()]
    except UnicodeEncodeError as error:
        raise SchemaRefused("A table's text is not Unicode", evidence=str(error)) from error
    table = pa.table(arrays, schema=pa.schema([(name, _ARROW[dtype]) for name, dtype in dtypes.items()]))
    sink = pa.BufferOutputStream()
    # Everything that shapes the bytes is fixed here, and no pandas or Arrow schema goes in: equal tables, equal bytes.
    pq.write_table(table, sink, version="2.6", compression="zstd", compression_level=3, store_schema=False)
    return bytes(sink.getvalue().to_pybytes())


def decode(data: bytes, format: Format, dtypes: Mapping[str, str]) -> pd.DataFrame:  # noqa: A002  # as in `encode`
    """The frame with exactly the columns and dtypes of `dtypes`, in its order; SchemaRefused for any other bytes.

    An index that pandas wrote beside the columns is left out.
    """
    for name, dtype in dtypes.items():
        _require_known(name, dtype)
    if format == "csv":
        return pd.DataFrame(csv_text.read(data, dtypes))
    try:
        table = arrow_table(data)
    except (pa.ArrowException, OSError) as error:
        raise _not_parquet(error) from error
    _require_columns(_named(table.column_names), dtypes)
    return pd.DataFrame({name: _series(table.column(name), name, dtype) for name, dtype in dtypes.items()})


def arrow_table(data: bytes) -> pa.Table:
    """The Arrow table in Parquet bytes; Arrow's own errors when there is none.

    Read without Arrow's threads, which can abort the interpreter when it ends (status 134).
    """
    return pq.ParquetFile(pa.BufferReader(data)).read(use_threads=False)


def columns(data: bytes, format: Format) -> list[str]:  # noqa: A002  # as in `encode`
    """The names of the columns in encoded bytes, in order; SchemaRefused when there is no table in them."""
    if format == "csv":
        return csv_text.header(data)
    try:
        return _named(pq.read_schema(pa.BufferReader(data)).names)
    except (pa.ArrowException, OSError) as error:
        raise _not_parquet(error) from error


def _named(names: list[str]) -> list[str]:
    return [name for name in names if not _INDEX.fullmatch(name)]


def _not_parquet(error: Exception) -> SchemaRefused:
    return SchemaRefused(
        "That is not a whole Parquet file", evidence=str(error).splitlines()[0][:200], way_out="Export it again."
    )


def _dtypes(frame: pd.DataFrame) -> dict[str, str]:
    names = list(frame.columns)
    if not names or len(set(names)) != len(names) or not all(_is_name(name) for name in names):
        raise SchemaRefused(
            "A table's columns cannot be stored",
            evidence=f"their names are {names[:10]}",
            way_out="Give each column a name of its own, as text.",
        )
    dtypes = {name: str(frame[name].dtype) for name in names}
    for name, dtype in dtypes.items():
        _require_known(name, dtype)
        if dtype == "object":
            _require_text(frame[name])
    return dtypes


def _is_name(name: object) -> bool:
    return isinstance(name, str) and bool(name) and not _INDEX.fullmatch(name)


def _require_known(name: str, dtype: str) -> None:
    if dtype not in _ARROW:
        raise SchemaRefused(
            f"Column {name} cannot be stored",
            evidence=f"its dtype is {dtype}",
            way_out=f"Convert it to one of {', '.join(_ARROW)}.",
        )


def _require_text(column: pd.Series[Any]) -> None:
    for row, value in enumerate(column):
        if value is not None and not isinstance(value, str):
            raise SchemaRefused(
                f"Column {column.name} cannot be stored",
                evidence=f"row {row} holds {value!r:.80}, of the kind {type(value).__name__}",
                way_out="An object column holds text, and None where there is none.",
            )


def _require_columns(found: list[str], dtypes: Mapping[str, str]) -> None:
    if sorted(found) != sorted(dtypes):
        raise SchemaRefused(
            "A table has other columns than it should",
            evidence=f"missing {sorted(set(dtypes) - set(found))}, unknown or twice "
            f"{sorted(name for name in set(found) if name not in dtypes or found.count(name) > 1)}",
            way_out="Write it again with the program's own columns.",
        )


def _arrow(column: pd.Series[Any], dtype: str) -> pa.Array:
    values = column.dt.tz_localize(None) if dtype == "datetime64[ns, UTC]" else column
    return pa.array(values.to_numpy(), type=_ARROW[dtype], from_pandas=True)


def _series(column: pa.ChunkedArray, name: str, dtype: str) -> pd.Series[Any]:
    if column.type != _ARROW[dtype] or (dtype in _NEVER_MISSING and column.null_count):
        raise SchemaRefused(
            f"Column {name} is not {dtype}",
            evidence=f"it is {column.type} with {column.null_count} missing values",
            way_out="Write it again with that type.",
        )
    if dtype == "object":
        return pd.Series(np.array(column.to_pylist(), dtype=object), dtype="object")
    series: pd.Series[Any] = pd.Series(column.to_numpy())
    return series.dt.tz_localize("UTC") if dtype == "datetime64[ns, UTC]" else series
