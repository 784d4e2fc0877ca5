"""The table of the coming sessions."""

from __future__ import annotations

from dataclasses import replace

from spx_assets.reporting import Findings, tables
from spx_assets.reporting.absent import Absent


def test_next_forecasts_give_returns_and_index_levels(made: Findings) -> None:
    """Log returns in per cent, and what they mean for the index."""
    assert not isinstance(made.outlook, Absent)
    first = tables.next_forecasts(made.outlook).rows[0]
    assert first[:5] == ("1 session", "2016-12-05", "historical mean", "no", "+0.03")
    assert first[9] == f"{made.outlook.index_level(0.03):,.0f}"


def test_missing_intervals_and_closes_are_dashes(made: Findings) -> None:
    """No interval, no range; no close, no level."""
    assert not isinstance(made.outlook, Absent)
    bare = replace(made.outlook.forecasts[0], intervals=(), contained=None)
    row = tables.next_forecasts(replace(made.outlook, close=None, forecasts=(bare,))).rows[0]
    assert row[6:11] == ("–", "–", "–", "–", "–")
