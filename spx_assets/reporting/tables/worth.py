"""Table of economic value: gain, Sharpe ratio and how far luck explains it, at each cost."""

from __future__ import annotations

import math

from spx_assets.reporting.labels import model_label, number, sessions, yes_or_no
from spx_assets.reporting.table import Column, Table
from spx_assets.reporting.worth import EconomicWorth, Worth


def economic_value(finding: EconomicWorth) -> Table:
    """A row for each horizon and cost."""
    columns = (
        Column("horizon", "left"),
        Column("candidate", "left"),
        Column("serves", "left"),
        Column("cost,\nbp"),
        Column("gain,\n% a year"),
        Column("90 % interval,\n% a year"),
        Column("Sharpe\nratio"),
        Column("90 %\ninterval"),
        Column("Sharpe of\nthe mean"),
        Column("deflated\nSharpe"),
        Column("turnover\na year"),
    )
    rows = finding.rows
    cells = tuple(_row(rows, place) for place in range(len(rows)))
    starts = frozenset(place for place in range(1, len(cells)) if cells[place][0])
    return Table(columns, cells, frozenset(), starts)


def _row(rows: tuple[Worth, ...], place: int) -> tuple[str, ...]:
    row = rows[place]
    first = place == 0 or rows[place - 1].horizon != row.horizon
    return (
        sessions(row.horizon) if first else "",
        model_label(row.model) if first else "",
        yes_or_no(row.deployed) if first else "",
        number(row.cost_bp, 0),
        number(100 * row.gain, 2, signed=True),
        _range(100 * row.gain_low, 100 * row.gain_high),
        number(row.sharpe, 2, signed=True),
        _range(row.sharpe_low, row.sharpe_high),
        number(row.sharpe_mean, 2, signed=True),
        number(row.deflated, 3),
        number(row.turnover, 1),
    )


def _range(low: float, high: float) -> str:
    if math.isnan(low) or math.isnan(high):  # too few periods for an interval
        return "–"
    return f"{number(low, 2, signed=True)} to {number(high, 2, signed=True)}"
