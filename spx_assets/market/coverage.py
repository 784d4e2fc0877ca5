"""How much there is of each series: rows, dates, revisions, first and last date."""

from __future__ import annotations

import pandas as pd


def coverage(observations: pd.DataFrame) -> pd.DataFrame:
    """One row per series, in alphabetical order; `revisions` counts values that replaced an earlier one."""
    grouped = observations.groupby("series", sort=True)["date"]
    table = grouped.agg(rows="size", dates="nunique", first="min", last="max").reset_index()
    table["revisions"] = table["rows"] - table["dates"]
    return table
