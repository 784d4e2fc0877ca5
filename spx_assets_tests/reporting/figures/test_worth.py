"""Economic value: artists against findings."""

from __future__ import annotations

import numpy as np

from spx_assets.reporting import Findings
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.figures.worth import worth_plate
from spx_assets_tests.reporting import drawn


def test_points_and_bars_are_gains_and_intervals(made: Findings) -> None:
    """In per cent a year, costs along the axis."""
    assert not isinstance(made.worth, Absent)
    axes = drawn.axes_of(worth_plate(made.worth))
    for one, horizon in zip(axes, (1, 5, 21), strict=True):
        rows = [row for row in made.worth.rows if row.horizon == horizon]
        points, _, (bars,) = one.containers[0].lines
        np.testing.assert_allclose(points.get_ydata(), [100 * row.gain for row in rows])
        ends = np.array(bars.get_segments())[:, :, 1]
        np.testing.assert_allclose(ends, [[100 * row.gain_low, 100 * row.gain_high] for row in rows])
        assert [tick.get_text() for tick in one.get_xticklabels()] == ["0", "1", "5", "10"]
        assert one.get_xlabel() == "cost of a trade, basis points"
    assert axes[0].get_ylabel() == "gain, % a year"
    assert "the candidate that turned out best, which nobody knew before" in worth_plate(made.worth).caption


def test_absent_findings_are_sentences() -> None:
    """The sentence is the caption, and nothing is drawn."""
    assert (worth_plate(Absent("Because.")).caption, worth_plate(Absent("Because.")).draw) == ("Because.", None)
