"""One series as read from a table, before anyone asked whether its values can be true.

A draft keeps the row of each value, so that whatever is found later can still name its line.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spx_assets.market.agreement import Held
from spx_assets.market.refusal import Problems, quoted
from spx_assets.market.table import Table


@dataclass(frozen=True)
class FileContext:
    """What is known of a file before it is read.

    `series` and `column` are what the user says it holds, `instrument` whose prices were asked for; `held` is what is
    known of every series; no date may lie after `now`; `us_dates` is for layouts known to write month/day/year.
    """

    now: pd.Timestamp
    series: str = ""
    column: str = ""
    instrument: str = ""
    held: Held = field(default_factory=Held)
    us_dates: bool = False

    @property
    def today(self) -> pd.Timestamp:
        """The day of `now`, without a zone."""
        return self.now.tz_convert("UTC").tz_localize(None).normalize()


@dataclass(frozen=True)
class Draft:
    """One series as read from a table: for each value its row, date and, where given, instant and source."""

    series: str
    label: str
    rows: NDArray[np.intp]
    dates: pd.DatetimeIndex
    amounts: NDArray[np.float64]
    known_at: pd.DatetimeIndex | None = None
    sources: NDArray[np.object_] | None = None

    def only(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> Draft:
        """The draft with the values `keep` selects, in that order."""
        known_at = None if self.known_at is None else self.known_at[keep]
        sources = None if self.sources is None else self.sources[keep]
        kept = self.rows[keep], self.dates[keep], self.amounts[keep]
        return Draft(self.series, self.label, *kept, known_at, sources)


def distinct_rows(
    table: Table,
    rows: NDArray[np.intp],
    keys: list[pd.DatetimeIndex],
    values: NDArray[np.float64],
    problems: Problems,
) -> NDArray[np.intp]:
    """Positions in key order, identical rows once; different values under one key are problems.

    Rows without a key are left out: what is wrong with their date was noted when it was read.
    """
    keyed = pd.DataFrame(dict(enumerate(keys)))
    order: NDArray[np.intp] = keyed.sort_values(list(keyed.columns), kind="stable").index.to_numpy()
    if len(keys) == 1 and (np.diff(order) < 0).any():
        problems.repaired(len(order), "rows sorted by date")
    order = order[keyed.loc[order].notna().all(axis=1).to_numpy()]
    again = keyed.loc[order].duplicated().to_numpy()
    second = order[again]
    first = order[np.flatnonzero(again) - 1]
    same = np.asarray(np.isclose(values[first], values[second], rtol=0, atol=0, equal_nan=True).all(axis=1))
    _refuse_conflicts(table, rows[first[~same]], rows[second[~same]], problems)
    problems.repaired(int(same.sum()), "repeated rows dropped")
    distinct: NDArray[np.intp] = order[~again]
    return distinct


def _refuse_conflicts(table: Table, first: NDArray[np.intp], second: NDArray[np.intp], problems: Problems) -> None:
    """A problem where each date stands for the second time, with the place of the first."""
    pairs = zip(first.tolist(), second.tolist(), strict=True)
    problems.add_all(
        len(second),
        (
            (
                table.place(again, table.date_label),
                f"{table.cell(again, table.date_label)} stands already on {table.place(before)} with other values",
                "Keep one row per date.",
            )
            for before, again in pairs
        ),
    )


def refuse_other_columns(table: Table, allowed: set[str], problems: Problems) -> None:
    """A problem for each column that does not belong to a layout: it may be the one that matters."""
    for label, column in zip(table.labels, table.header, strict=True):
        if label not in allowed:
            problems.add(
                table.header_place(label),
                f"{quoted(column)} does not belong to this layout",
                f"Remove the column; the layout has {', '.join(sorted(allowed))}.",
            )
