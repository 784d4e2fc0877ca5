"""CSV that comes back exactly: shortest round-trip floats, ISO times, quoted text, and no guessing on the way in.

Called by `tables`, which knows the dtypes. Promise: every cell of `read` is either certainly right or refused with
its line, its column and the text found.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from spx_assets.errors import SchemaRefused

_FLOAT = re.compile(r"-?(?:\d+(?:\.\d+)?(?:e[+-]\d+)?|inf)", re.ASCII)
_INTEGER = re.compile(r"-?\d+", re.ASCII)
# pandas writes a space where ISO 8601 has its T; both say the same.
_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?)?", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|\+00:00)", re.ASCII)
_RIGHT = {
    "float64": "Write a plain number, such as -0.0125, or nothing.",
    "int64": "Write a whole number, such as 21.",
    "bool": "Write True or False.",
    "datetime64[ns]": "Write a date, such as 2018-12-31, or nothing.",
    "datetime64[ns, UTC]": "Write an instant with its zone, such as 2018-12-31T21:15:00Z, or nothing.",
}
_NEEDS_QUOTES = re.compile(r'[",\r\n]')


def write(frame: pd.DataFrame, dtypes: Mapping[str, str]) -> bytes:
    """The frame as UTF-8 CSV: a header, one line per row, missing values empty, instants in UTC with a Z."""
    columns = [_cells(frame[name], dtype) for name, dtype in dtypes.items()]
    lines = [",".join(_quoted(name) for name in dtypes)]
    # A line with nothing on it would vanish: csv readers skip blank lines.
    lines.extend(",".join(row) or '""' for row in zip(*columns, strict=True))
    try:
        return ("\n".join(lines) + "\n").encode()
    except UnicodeEncodeError as error:
        raise SchemaRefused("A table's text is not Unicode", evidence=str(error)) from error


def read(data: bytes, dtypes: Mapping[str, str]) -> dict[str, pd.Series[Any]]:
    """The columns of `dtypes`, exactly so typed, in its order; SchemaRefused with line and column otherwise.

    A first column without a name, the index that pandas writes unless told not to, is left out.
    """
    names, lines, rows = _rows(_text(data))
    if sorted(names) != sorted(dtypes):
        raise _refusal("line 1", f"the columns are {names[:40]}", f"They should be {', '.join(dtypes)}.")
    cells = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(names, ())
    return {name: _series(cells[name], lines, name, dtype) for name, dtype in dtypes.items()}


def header(data: bytes) -> list[str]:
    """The names of the columns; SchemaRefused when there is no table."""
    return _rows(_text(data[: data.find(b"\n") + 1]))[0]


def _cells(column: pd.Series[Any], dtype: str) -> Sequence[str]:
    match dtype:
        case "float64":
            return ["" if math.isnan(value) else repr(value) for value in column.tolist()]
        case "datetime64[ns]":
            return _times(column.to_numpy(), whole_days=True)
        case "datetime64[ns, UTC]":
            return [text and f"{text}Z" for text in _times(column.dt.tz_localize(None).to_numpy(), whole_days=False)]
        case "object":
            return [_text_cell(value, column.name, row) for row, value in enumerate(column)]
        case _:
            return [str(value) for value in column.tolist()]


def _times(instants: np.ndarray[Any, np.dtype[np.datetime64]], *, whole_days: bool) -> list[str]:
    present = instants[~np.isnat(instants)]
    # One unit for the whole column: the coarsest that loses nothing.
    unit: Literal["D", "s", "ns"] = "ns"
    if whole_days and (present == present.astype("datetime64[D]")).all():
        unit = "D"
    elif (present == present.astype("datetime64[s]")).all():
        unit = "s"
    return ["" if text == "NaT" else str(text) for text in np.datetime_as_string(instants, unit=unit)]


def _text_cell(value: str | None, name: object, row: int) -> str:
    if value == "":
        raise SchemaRefused(
            f"Column {name} cannot be written as CSV",
            evidence=f"row {row} holds empty text, which CSV cannot tell from a missing value",
            way_out="Use None for missing text, or store the table as Parquet.",
        )
    return "" if value is None else _quoted(value)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text


def _text(data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise _refusal("its text", f"byte {error.start} is not UTF-8", "Save it as UTF-8.") from error
    if not text.endswith("\n"):
        raise _refusal("its end", "the last line has no line break", "It was cut short: write it again.")
    return text


def _rows(text: str) -> tuple[list[str], list[int], list[list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines, rows = [], []
    try:
        header = next(reader)
        for row in reader:
            if len(row) != len(header):
                found = f"{len(row)} cells for {len(header)} columns"
                raise _refusal(f"line {reader.line_num}", found, "Quote cells that hold a comma.")
            lines.append(reader.line_num)
            rows.append(row)
    except csv.Error as error:
        raise _refusal(f"line {reader.line_num}", str(error), "Write it again as plain CSV.") from error
    if len(header) > 1 and not header[0]:
        return header[1:], lines, [row[1:] for row in rows]
    return header, lines, rows


def _series(cells: Sequence[str], lines: Sequence[int], name: str, dtype: str) -> pd.Series[Any]:
    try:
        return _parsed(cells, dtype)
    except (ValueError, OverflowError):
        line, cell = next((line, cell) for line, cell in zip(lines, cells, strict=True) if _is_wrong(cell, dtype))
        raise _refusal(f"line {line}, column {name}", f"{cell!r:.80} is not {dtype}", _RIGHT[dtype]) from None


def _is_wrong(cell: str, dtype: str) -> bool:
    try:
        _parsed((cell,), dtype)
    except (ValueError, OverflowError):
        return True
    return False


def _parsed(cells: Sequence[str], dtype: str) -> pd.Series[Any]:
    match dtype:
        case "float64":
            _require(_FLOAT, cells, missing=True)
            return pd.Series([_float(cell) for cell in cells], dtype="float64")
        case "int64":
            _require(_INTEGER, cells, missing=False)
            return pd.Series(np.array([int(cell) for cell in cells], dtype="int64"))
        case "bool":
            return pd.Series([("False", "True").index(cell) == 1 for cell in cells], dtype="bool")
        case "object":
            return pd.Series([cell or None for cell in cells], dtype="object")
        case _:
            is_utc = dtype == "datetime64[ns, UTC]"
            _require(_INSTANT if is_utc else _TIME, cells, missing=True)
            times = pd.to_datetime(list(cells), format="ISO8601", utc=is_utc)
            return pd.Series(times.as_unit("ns"))


def _float(cell: str) -> float:
    value = float(cell) if cell else math.nan
    if math.isinf(value) and "inf" not in cell:
        raise ValueError(cell)
    return value


def _require(pattern: re.Pattern[str], cells: Sequence[str], *, missing: bool) -> None:
    if not all(pattern.fullmatch(cell) or (missing and not cell) for cell in cells):
        raise ValueError(pattern.pattern)


def _refusal(where: str, evidence: str, way_out: str) -> SchemaRefused:
    return SchemaRefused(f"A CSV table is not as it should be at {where}", evidence=evidence, way_out=way_out)
