"""The result among published ones: artists against findings."""

from __future__ import annotations

import pytest

from spx_assets.reporting import Findings
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.figures.perspective import perspective_plate, rows
from spx_assets_tests.reporting import drawn


def test_dots_are_the_figures_best_on_top(made: Findings) -> None:
    """Circles for what was published, diamonds for the report's own."""
    assert not isinstance(made.perspective, Absent)
    (axes,) = drawn.axes_of(perspective_plate(made.perspective))
    shown = rows(made.perspective)
    for label, value, own in shown:
        line = drawn.line(axes, label)
        assert line.get_xdata()[0] == pytest.approx(100 * value)
        assert line.get_marker() == ("D" if own else "o")
    assert [tick.get_text() for tick in axes.get_yticklabels()] == [label for label, _, _ in shown]
    assert [value for _, value, _ in shown] == sorted((value for _, value, _ in shown), reverse=True)
    assert axes.get_xlabel() == "R² out of sample, %"


def test_absent_findings_are_sentences() -> None:
    """The sentence is the caption, and nothing is drawn."""
    plate = perspective_plate(Absent("Because."))
    assert (plate.caption, plate.draw) == ("Because.", None)
