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
from spx_assets.market.refusal import Problems, quoted

MAX_ROWS = 5_000_000
MAX_COLUMNS = 64
MAX_UNPACKED = 2**30
MAX_CELL = 1_024
DATE_LABELS = ("date", "observation_date")
STOOQ_HEADER = ["date", "open", "high", "low", "close", "volume"]
_DATA = re.compile(r"[-0-9./: ]+")
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

    @property
    def labels(self) -> tuple[str, ...]:
        """The header as it is compared: without surrounding blanks, in one case."""
        return tuple(label.strip().casefold() for label in self.header)

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


def table_from_csv(text: str, problems: Problems) -> Table:
    """Rows of equal length under a header; Stooq's missing last field is the one exception."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        header = next(reader, None)
        if header is None or not any(cell.strip() for cell in header):
            problems.refuse("has no header line", "The first line must name the columns.", "line 1")
        _judge_header(header, problems)
        for row in reader:
            if row:  # a blank line, as at the end of many exports, holds nothing to lose
                rows.append(row)
                lines.append(reader.line_num)
            if len(rows) > MAX_ROWS:
                problems.refuse(f"has more than {MAX_ROWS:,} rows", "Split the file.")
    except csv.Error as broken:
        problems.refuse(f"is not well-formed CSV ({broken})", "Export it again as CSV.", f"line {reader.line_num}")
    _judge_lengths(header, rows, lines, problems)
    problems.raise_if_any()
    if not rows:
        problems.refuse("has a header and no rows", "Export it again with its data.", "line 2")
    columns = tuple(list(cells) for cells in zip(*rows, strict=True))
    return Table(problems.name, tuple(header), columns, np.asarray(lines, dtype=np.int64))


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
    return Table(problems.name, tuple(names), columns, np.arange(1, len(frame) + 1), unit="row")


def _judge_header(header: Sequence[str], problems: Problems) -> None:
    if len(header) > MAX_COLUMNS:
        problems.refuse(
            f"has {len(header)} columns, more than {MAX_COLUMNS}",
            "Keep the date and the series.",
            "line 1",
            kind=ForeignFile,
        )
    if _DATA.fullmatch(header[0].strip()):
        wrong = f"{quoted(header[0])} stands where the header should be: the file has no header that is known"
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
