"""Tables for spreadsheets: a workbook, and text that no spreadsheet runs. Numbers stay numbers."""

from __future__ import annotations

import io

import pandas as pd

from spx_assets.errors import UsageError
from spx_assets.plain_text import spreadsheet_text

# The format's own limit (ECMA-376), header included.
MAX_ROWS = 1_048_576


def workbook(name: str, table: pd.DataFrame) -> bytes:
    """One sheet `name`; UTC times as naive UTC, since the format has no time zones.

    Raises:
        UsageError: when the table has more rows than a sheet can hold.

    """
    if len(table) >= MAX_ROWS:
        raise UsageError(f"{name} has {len(table):,} rows, a sheet holds {MAX_ROWS - 1:,}", way_out="Use --format csv.")
    zoned = table.select_dtypes("datetimetz").columns
    plain = harmless(table).assign(**{column: table[column].dt.tz_localize(None) for column in zoned})
    buffer = io.BytesIO()
    plain.to_excel(buffer, sheet_name=name, index=False, engine="openpyxl")
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
