"""Bytes of a CSV or Parquet file as a table of untyped columns, every row with its place in the file.

Structure only: quoting, field counts, limits. What a cell means is judged by its column in `cells`. No
type is inferred here or anywhere after it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from spx_assets.errors import ForeignFile
from spx_assets.market.notation import with_decimal_points
from spx_assets.market.refusal import Problems, quoted

MAX_ROWS = 5_000_000
MAX_COLUMNS = 64
MAX_UNPACKED = 2**30
MAX_CELL = 1_024
NAMED_ROWS = 4
DATE_LABELS = ("date", "observation_date")
STOOQ_HEADER = ["date", "open", "high", "low", "close", "volume"]
# What pandas and vendors call the column of dates when it has no name of its own.
_UNNAMED_DATES = (
    "",
    "__index_level_0__",
    "unnamed: 0",
    "index",
    "datetime",
    "timestamp",
    "time",
    "day",
    "<date>",
    "trade date",
)
_DATE_LIKE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ].*)?|[0-9]{1,2}[/.][0-9]{1,2}[/.][0-9]{2,4}|[0-9]{8}")
_DATA = re.compile(r"[-0-9./: ]+")
_SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=(.)\"?\r?\n", re.IGNORECASE)
_THOUSANDS_HEAD = re.compile(r"-?[0-9]{1,3}")
_THOUSANDS_TAIL = re.compile(r"[0-9]{3}(\.[0-9]+)?")

Column = Sequence[str] | pd.Series


@dataclass(frozen=True)
class Table:
    """A header and its columns: text cells from CSV, typed arrays from Parquet; one place per row."""

    name: str
    header: tuple[str, ...]
    columns: tuple[Column, ...]
    lines: np.ndarray[Any, np.dtype[np.int64]]
    unit: str = "line"
    # What a vendor's columns mean, where they are called otherwise: `close` for Investing.com's `Price`.
    meanings: tuple[str, ...] = ()
    # The instrument that the file itself names, as yfinance does below its header.
    ticker: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """The header as it is compared: without surrounding blanks, in one case; a vendor's by what they mean."""
        return self.meanings or tuple(label.strip().casefold() for label in self.header)

    @property
    def date_label(self) -> str:
        """The label of the date column: `date`, or FRED's `observation_date`."""
        return next(label for label in self.labels if label in DATE_LABELS)

    def __len__(self) -> int:
        return len(self.lines)

    def column(self, label: str) -> Column:
        """The column under this (casefolded) label."""
        return self.columns[self.labels.index(label)]

    def cell(self, row: int, label: str) -> object:
        """What stands in a row under a label."""
        column = self.column(label)
        return column.iloc[row] if isinstance(column, pd.Series) else column[row]

    def header_place(self, label: str) -> str:
        """Where a column is named: `line 1, column Close`; Parquet has no line for it."""
        column = f"column {self.header[self.labels.index(label)].strip()}"
        return f"line 1, {column}" if self.unit == "line" else column

    def place(self, row: int, label: str | None = None) -> str:
        """Where a row, or its cell under a label, stands: `line 812, column Close`."""
        where = f"{self.unit} {self.lines[row]}"
        if label is None:
            return where
        return f"{where}, column {self.header[self.labels.index(label)].strip()}"

    def named(self, rows: np.ndarray[Any, np.dtype[np.intp]], dates: pd.DatetimeIndex | pd.Series) -> str:
        """The places and dates of some rows, for a message: ` (line 4, 1948-02-01; line 9, 1948-02-08)`."""
        said = [f"{self.unit} {self.lines[row]}, {dates[row]:%Y-%m-%d}" for row in rows[:NAMED_ROWS]]
        more = [f"and {len(rows) - NAMED_ROWS:,} more"] if len(rows) > NAMED_ROWS else []
        return f" ({'; '.join([*said, *more])})" if said else ""


def table_from_csv(text: str, problems: Problems) -> Table:
    """Rows of equal length under a header; Stooq's missing last field is the one exception.

    Fields are separated by commas, or by the semicolons or tabs of the header; numbers of a notation that a whole
    column proves are in decimal points.
    """
    said = _SEPARATOR_LINE.match(text)  # Excel's first line, which says how fields are separated
    above = 1 if said else 0
    text = text[said.end() :] if said else text
    header_line = text[: text.find("\n")] if "\n" in text else text
    comma = said[1] if said else next((mark for mark in ",;\t" if mark in header_line), ",")
    # The Wall Street Journal writes a blank after each comma.
    blanks = header_line.count(f"{comma} ") == header_line.count(comma) > 0
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=comma, skipinitialspace=blanks)
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        header = next(reader, None)
        if header is None or not any(cell.strip() for cell in header):
            problems.refuse("has no header line", "The first line must name the columns.", "line 1")
        named = _without_trailing_blanks(header)
        _judge_header(named, problems)
        for row in reader:
            if row:  # a blank line, as at the end of many exports, holds nothing to lose
                rows.append(row)
                lines.append(reader.line_num + above)
            if len(rows) > MAX_ROWS:
                problems.refuse(f"has more than {MAX_ROWS:,} rows", "Split the file.")
    except csv.Error as broken:
        line = f"line {reader.line_num + above}"
        problems.refuse(f"is not well-formed CSV ({broken})", "Export it again as CSV.", line)
    _drop_trailing_blanks(rows, len(named), len(header))
    _judge_lengths(named, rows, lines, problems)
    problems.raise_if_any()
    if not rows:
        problems.refuse("has a header and no rows", "Export it again with its data.", "line 2")
    columns = with_decimal_points([list(cells) for cells in zip(*rows, strict=True)])
    return _with_dates(Table(problems.name, tuple(named), tuple(columns), np.asarray(lines, dtype=np.int64)))


def _without_trailing_blanks(header: list[str]) -> list[str]:
    """The header without the empty names at its end that a spreadsheet's empty columns leave."""
    count = len(header)
    while count > 1 and not header[count - 1].strip():
        count -= 1
    return header[:count]


def _drop_trailing_blanks(rows: list[list[str]], named: int, width: int) -> None:
    """Cut each row to the named columns where nothing stands in the others."""
    if named == width:
        return
    for row in rows:
        if named < len(row) <= width and not any(cell.strip() for cell in row[named:]):
            del row[named:]


def _with_dates(table: Table) -> Table:
    """The table with its column of dates called so where pandas or a vendor calls it otherwise.

    A column without a name that counts the rows is pandas' index, and left out.
    """
    labels, header = table.labels, list(table.header)
    if any(label in DATE_LABELS for label in labels):
        if labels[0] in {"", "unnamed: 0"} and _counts_rows(table.columns[0]):
            return Table(table.name, table.header[1:], table.columns[1:], table.lines, table.unit)
        return table
    dated = [i for i, label in enumerate(labels) if label in _UNNAMED_DATES and _holds_dates(table.columns[i])]
    if len(dated) != 1:
        return table
    header[dated[0]] = header[dated[0]].strip() or "date"
    meanings = tuple("date" if i == dated[0] else label for i, label in enumerate(labels))
    return Table(table.name, tuple(header), table.columns, table.lines, table.unit, meanings)


def _counts_rows(column: Column) -> bool:
    return all(str(cell) == str(row) for row, cell in enumerate(column))


def _holds_dates(column: Column) -> bool:
    if isinstance(column, pd.Series) and column.dtype.kind == "M":
        return True
    return all(_DATE_LIKE.fullmatch(str(cell)) for cell in column)


def table_from_parquet(data: bytes, problems: Problems) -> Table:
    """The columns of a Parquet file, in the types they were stored with; places are row numbers from 1."""
    import pyarrow as pa  # noqa: PLC0415  # 0.1 s that reading CSV need not pay
    import pyarrow.parquet as pq  # noqa: PLC0415  # same as pyarrow

    try:
        file = pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=True)
        names = list(file.schema_arrow.names)
        groups = (file.metadata.row_group(i) for i in range(file.metadata.num_row_groups))
        if file.metadata.num_rows > MAX_ROWS or sum(group.total_byte_size for group in groups) > MAX_UNPACKED:
            problems.refuse(f"has more than {MAX_ROWS:,} rows or unpacks to over 1 GB", "Split the file.")
        _judge_header(names, problems)
        # Without threads: Arrow's can abort the interpreter when it ends.
        frame = file.read(use_threads=False).to_pandas(ignore_metadata=True, use_threads=False)
    except (pa.ArrowException, OSError, ValueError) as broken:
        first = str(broken).splitlines()[0] if str(broken) else type(broken).__name__
        problems.refuse(f"is not a whole Parquet file ({first[:120]})", "Write or copy it again.")
    if frame.empty:
        problems.refuse("has columns and no rows", "Write it again with its data.")
    columns = tuple(frame[name] for name in names)
    return _with_dates(Table(problems.name, tuple(names), columns, np.arange(1, len(frame) + 1), unit="row"))


def _judge_header(header: Sequence[str], problems: Problems) -> None:
    if len(header) > MAX_COLUMNS:
        problems.refuse(
            f"has {len(header)} columns, more than {MAX_COLUMNS}",
            "Keep the date and the series.",
            "line 1",
            kind=ForeignFile,
        )
    if _DATA.fullmatch(header[0].strip()):
        wrong = f"{quoted(header[0])} stands where the header should be: unrecognised header"
        problems.refuse(wrong, "Put the names of the columns into the first line.", "line 1")
    labels = [label.strip().casefold() for label in header]
    for twice in sorted({label for label in labels if labels.count(label) > 1}):
        problems.refuse(f"names the column {quoted(twice)} twice", "Name each column once.", "line 1")


def _judge_lengths(header: Sequence[str], rows: list[list[str]], lines: list[int], problems: Problems) -> None:
    width = len(header)
    tail_optional = [label.strip().casefold() for label in header] == STOOQ_HEADER
    for row, line in zip(rows, lines, strict=True):
        if len(row) == width:
            # Once Stooq sends volumes it sends them on every row; a later short row is a damaged one.
            tail_optional = tail_optional and row[-1] == ""
        elif tail_optional and len(row) == width - 1:
            row.append("")
        else:
            problems.add(*_length_problem(header, row, line))
        if max(map(len, row)) > MAX_CELL:
            problems.add(f"line {line}", f"has a cell longer than {MAX_CELL} characters", "Remove the cell.")


def _length_problem(header: Sequence[str], row: list[str], line: int) -> tuple[str, str, str]:
    for i in range(min(len(header), len(row) - 1)):
        if _THOUSANDS_HEAD.fullmatch(row[i]) and _THOUSANDS_TAIL.fullmatch(row[i + 1]):
            return (
                f"line {line}, column {header[i].strip()}",
                f"'{row[i]},{row[i + 1]}' is split in two by its thousands separator",
                "Export without thousands separators.",
            )
    last = header[min(len(row), len(header)) - 1].strip()
    return (
        f"line {line}, column {last}",
        f"the row has {len(row)} fields, the header {len(header)}",
        "Give every row as many fields as the header.",
    )
