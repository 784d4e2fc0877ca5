"""Tables as CSV that a spreadsheet can open without running anything in it.

A text cell that begins like a formula gets an apostrophe in front (OWASP, CSV injection); numbers, also negative
ones, stay numbers, at full precision.
"""

from __future__ import annotations

import csv
import io
from typing import Any

import pandas as pd

from spx_assets.plain_text import spreadsheet_text


def safe_csv(table: pd.DataFrame) -> bytes:
    """The table as UTF-8 CSV with a header; missing cells are empty, days and instants ISO 8601."""
    text = io.StringIO(newline="")
    # RFC 4180's line ends, also because Python then quotes a lone carriage return, which would begin a new cell.
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_cell(str(name)) for name in table.columns])
    writer.writerows([_cell(value) for value in row] for row in table.itertuples(index=False, name=None))
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return spreadsheet_text(value)
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}" if value == value.normalize() and value.tzinfo is None else value.isoformat()
    return value if isinstance(value, int | float) else _cell(str(value))
