"""Calibration and coverage through time: artists against findings."""

from __future__ import annotations

import numpy as np

from spx_assets.reporting import Findings
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.figures import intervals
from spx_assets_tests.reporting import drawn


def test_points_are_empirical_against_nominal_coverage(made: Findings) -> None:
    """In per cent, a panel for each horizon on common scales, units on both axes."""
    assert not isinstance(made.calibration, Absent)
    axes = drawn.axes_of(intervals.calibration_plate(made.calibration))
    for one, found in zip(axes, made.calibration, strict=True):
        points = one.containers[0].lines[0]
        np.testing.assert_allclose(points.get_xdata(), 100 * found.nominal)
        np.testing.assert_allclose(points.get_ydata(), 100 * found.empirical)
        assert one.get_xlim() == one.get_ylim() == axes[0].get_xlim()
        assert one.get_xlabel() == "promised, %"
    assert axes[0].get_ylabel() == "held, %"


def test_bars_are_the_bounds(made: Findings) -> None:
    """Error bars end at the Wilson bounds."""
    assert not isinstance(made.calibration, Absent)
    axes = drawn.axes_of(intervals.calibration_plate(made.calibration))[0]
    bars = np.array(axes.containers[0].lines[2][0].get_segments())
    found = made.calibration[0]
    np.testing.assert_allclose(bars[:, 0, 1], 100 * found.low)
    np.testing.assert_allclose(bars[:, 1, 1], 100 * found.high)


def test_rolling_lines_are_the_shares(made: Findings) -> None:
    """A line for each horizon, in per cent."""
    assert not isinstance(made.rolling_coverage, Absent)
    plate = intervals.rolling_plate(made.rolling_coverage)
    (axes,) = drawn.axes_of(plate)
    line = drawn.line(axes, "next 5 sessions")
    np.testing.assert_allclose(line.get_ydata(), 100 * made.rolling_coverage[1].share)
    assert axes.get_ylabel() == "inside the 90 % interval, %"
    assert "last 126 origins" in plate.caption


def test_absent_findings_are_sentences() -> None:
    """The sentence is the caption, and nothing is drawn."""
    for plate_of in (intervals.calibration_plate, intervals.rolling_plate):
        assert (plate_of(Absent("Because.")).caption, plate_of(Absent("Because.")).draw) == ("Because.", None)
