"""Table of the intervals: what share they held, and the tests of it."""

from __future__ import annotations

from spx_assets.reporting.labels import model_label, number, p_value, sessions
from spx_assets.reporting.table import Column, Table
from spx_assets.reporting.trust import PROMISED, IntervalTest, Trust


def interval_tests(finding: Trust) -> Table:
    """A row for each horizon and level; the level the words are about is bold."""
    columns = (
        Column("horizon", "left"),
        Column("deployed", "left"),
        Column("promised,\n%"),
        Column("intervals"),
        Column("held,\n%"),
        Column("Kupiec\np"),
        Column("indepen-\ndence p"),
        Column("Christof-\nfersen p"),
        Column("mean\nwidth, %"),
        Column("Winkler\nscore, %"),
        Column("trust", "left"),
    )
    tests = finding.tests
    cells = tuple(_row(tests, place) for place in range(len(tests)))
    strong = frozenset(place for place, one in enumerate(tests) if abs(one.level - PROMISED) < 1e-9)
    return Table(columns, cells, strong, frozenset(place for place in range(1, len(cells)) if cells[place][0]))


def _row(tests: tuple[IntervalTest, ...], place: int) -> tuple[str, ...]:
    one = tests[place]
    first = place == 0 or tests[place - 1].horizon != one.horizon
    return (
        sessions(one.horizon) if first else "",
        model_label(one.model) if first else "",
        number(100 * one.level, 0),
        f"{one.forecasts:,}",
        number(100 * one.held, 1),
        p_value(one.kupiec_p),
        p_value(one.independence_p),
        p_value(one.christoffersen_p),
        number(100 * one.width, 2),
        number(100 * one.winkler, 2),
        one.answer,
    )
