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


def test_dates_and_counts_stand_beside(made: Findings) -> None:
    """First, last, number of dates and revisions are text."""
    assert not isinstance(made.coverage, Absent)
    (axes,) = drawn.axes_of(coverage_plate(made.coverage))
    texts = [text.get_text() for text in axes.texts]
    for one in made.coverage:
        assert {str(one.first), str(one.last), f"{one.dates:,}", str(one.revisions)} <= set(texts)
    assert [label.get_text() for label in axes.get_yticklabels()][:2] == ["S&P 500 high", "S&P 500 low"]


def test_absent_findings_are_sentences() -> None:
    """The sentence is the caption, and nothing is drawn."""
    assert (coverage_plate(Absent("Because.")).caption, coverage_plate(Absent("Because.")).draw) == ("Because.", None)
