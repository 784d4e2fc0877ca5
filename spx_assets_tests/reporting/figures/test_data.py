"""Data coverage: artists against findings."""

from __future__ import annotations

import numpy as np

from spx_assets.reporting import Findings
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.figures.data import coverage_plate
from spx_assets.reporting.figures.panels import days
from spx_assets_tests.reporting import drawn


def test_bars_are_the_unbroken_runs(made: Findings) -> None:
    """Each series has a bar from start to end of each run, in its row."""
    assert not isinstance(made.coverage, Absent)
    (axes,) = drawn.axes_of(coverage_plate(made.coverage))
    for bars, one in zip(axes.collections, made.coverage, strict=True):
        ends = [path.get_extents() for path in bars.get_paths()]
        np.testing.assert_allclose([[box.x0, box.x1] for box in ends], days(one.runs))


def test_series_are_named_beside_their_bars(made: Findings) -> None:
    """Labels stand in the order of the rows, the catalogue's first on top."""
    assert not isinstance(made.coverage, Absent)
    (axes,) = drawn.axes_of(coverage_plate(made.coverage))
    assert [label.get_text() for label in axes.get_yticklabels()][:2] == ["S&P 500 high", "S&P 500 low"]


def test_absent_findings_are_sentences() -> None:
    """The sentence is the caption, and nothing is drawn."""
    assert (coverage_plate(Absent("Because.")).caption, coverage_plate(Absent("Because.")).draw) == ("Because.", None)
