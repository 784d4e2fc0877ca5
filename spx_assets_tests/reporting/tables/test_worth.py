"""The table of economic value."""

from __future__ import annotations

import math
from dataclasses import replace

from spx_assets.reporting import Findings, tables
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.labels import number


def test_rows_are_horizons_and_costs(made: Findings) -> None:
    """Gain, Sharpe ratio and its deflation, in the units of the heads."""
    assert not isinstance(made.worth, Absent)
    rows = tables.economic_value(made.worth).rows
    assert [row[2] for row in rows if row[2]] == ["no"] * 3
    assert [row[3] for row in rows] == ["0", "1", "5", "10"] * 3
    for row, one in zip(rows, made.worth.rows, strict=True):
        assert row[4] == number(100 * one.gain, 2, signed=True)
        assert row[9] == number(one.deflated, 3)


def test_no_interval_is_a_dash(made: Findings) -> None:
    """Too few periods give none."""
    assert not isinstance(made.worth, Absent)
    short = replace(made.worth, rows=(replace(made.worth.rows[0], gain_low=math.nan, gain_high=math.nan),))
    assert tables.economic_value(short).rows[0][5] == "–"
