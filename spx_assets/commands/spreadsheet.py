"""Tables for spreadsheets: a workbook, and text that no spreadsheet runs. Numbers stay numbers."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pandas as pd

from spx_assets.errors import UsageError
from spx_assets.plain_text import spreadsheet_text

# The format's own limit (ECMA-376), header included.
MAX_ROWS = 1_048_576
ROWS_BETWEEN = 1_000


def workbook(name: str, table: pd.DataFrame, *, progress: Callable[[str], None] | None = None) -> bytes:
    """One sheet `name`; UTC times as naive UTC, since the format has no time zones. `progress` hears of the rows done.

    Raises:
        UsageError: when the table has more rows than a sheet can hold.

    """
    if len(table) >= MAX_ROWS:
        raise UsageError(f"{name} has {len(table):,} rows, a sheet holds {MAX_ROWS - 1:,}", way_out="Use --format csv.")
    zoned = table.select_dtypes("datetimetz").columns
    plain = harmless(table).assign(**{column: table[column].dt.tz_localize(None) for column in zoned})
    book = openpyxl.Workbook(write_only=True)  # row by row: the whole sheet in memory takes twice as long
    sheet = book.create_sheet(name)
    sheet.append(list(map(str, plain)))
    for done, row in enumerate(plain.itertuples(index=False, name=None), start=1):
        sheet.append([None if pd.isna(cell) else cell for cell in row])
        if progress is not None and done % ROWS_BETWEEN == 0:
            progress(f"{name}: {done:,} of {len(plain):,} rows")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def harmless(table: pd.DataFrame) -> pd.DataFrame:
    """The table with an apostrophe in front of every text cell that a spreadsheet would run."""
    texts = table.select_dtypes("object").columns
    return table.assign(
        **{
            name: table[name].map(lambda cell: spreadsheet_text(cell) if isinstance(cell, str) else cell)
            for name in texts
        }
    )
