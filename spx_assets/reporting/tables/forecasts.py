"""Table of the coming sessions' forecasts."""

from __future__ import annotations

from spx_assets.reporting.labels import model_label, number, sessions
from spx_assets.reporting.outlook import Interval, NextForecast, Outlook
from spx_assets.reporting.table import Column, Table


def next_forecasts(finding: Outlook) -> Table:
    """The coming sessions: log returns in %, and what they mean for the index."""
    columns = (
        Column("horizon", "left"),
        Column("target\nsession", "left"),
        Column("model", "left"),
        Column("skill"),
        Column("forecast,\n%"),
        Column("historical\nmean, %"),
        Column("50 % interval,\n%"),
        Column("90 % interval,\n%"),
        Column("contained\nso far, %"),
        Column("index at\nforecast"),
        Column("index, 90 %\ninterval"),
    )
    return Table(columns, tuple(_next_row(finding, one) for one in finding.forecasts))


def _next_row(finding: Outlook, one: NextForecast) -> tuple[str, ...]:
    wide = one.interval(0.9)
    return (
        sessions(one.horizon),
        str(one.target),
        model_label(one.model),
        "yes" if one.skill else "no",
        number(one.forecast, 2, signed=True),
        number(one.benchmark, 2, signed=True),
        _range(one.interval(0.5)),
        _range(wide),
        "–" if one.contained is None else number(100 * one.contained, 1),
        number(finding.index_level(one.forecast), 0),
        "–"
        if wide is None or finding.close is None
        else f"{number(finding.index_level(wide.low), 0)} to {number(finding.index_level(wide.high), 0)}",
    )


def _range(interval: Interval | None) -> str:
    if interval is None:
        return "–"
    return f"{number(interval.low, 2, signed=True)} to {number(interval.high, 2, signed=True)}"
