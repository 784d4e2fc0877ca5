"""Error difference, tracks and scatter: artists against findings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from spx_assets.reporting import Findings
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.figures import skill
from spx_assets.reporting.figures.panels import days
from spx_assets_tests.reporting import drawn


def test_error_lines_carry_the_saved_errors(made: Findings) -> None:
    """A panel for each horizon, a line for each candidate, with the finding's own numbers."""
    assert not isinstance(made.errors, Absent)
    plate = skill.errors_plate(made.errors)
    axes = drawn.axes_of(plate)
    assert [one.get_title(loc="left") for one in axes] == ["Next session", "Next 5 sessions", "Next 21 sessions"]
    for one, panel in zip(axes, made.errors, strict=True):
        for label, name in (("OLS", "ols"), ("ridge", "ridge")):
            line = drawn.line(one, label)
            np.testing.assert_array_equal(line.get_ydata(), panel.saved[name])
            np.testing.assert_array_equal(line.get_xdata(), days(panel.origins))
        assert one.get_ylabel() == "saved, %²"
    assert "rising line" in plate.caption


def test_a_hopeless_candidate_does_not_hide_the_best(made: Findings) -> None:
    """The best stays in sight; who falls out of the panel leaves its last value as text."""
    assert not isinstance(made.errors, Absent)
    panel = made.errors[0]
    hopeless = replace(panel, saved={**panel.saved, "ols": panel.saved["ols"] - 1e4})
    (axes,) = drawn.axes_of(skill.errors_plate((hopeless,)))
    low, high = axes.get_ylim()
    assert low <= panel.saved["ridge"].min()
    assert panel.saved["ridge"].max() <= high
    assert low > -1e3
    assert axes.get_title(loc="right").startswith("off the scale: OLS −10,0")


def test_tracks_mark_exactly_what_fell_outside(made: Findings) -> None:
    """Marked points are the returns outside their interval, over the recent window."""
    assert not isinstance(made.tracks, Absent)
    track = made.tracks[0]
    axes = drawn.axes_of(skill.tracks_plate(made.tracks))[0]
    recent = slice(-skill.RECENT_ORIGINS, None)
    realised = drawn.line(axes, "realised")
    np.testing.assert_array_equal(realised.get_ydata(), track.realised[recent])
    outside = (track.realised < track.lower) | (track.realised > track.upper)
    np.testing.assert_array_equal(drawn.line(axes, "outside").get_ydata(), track.realised[recent][outside[recent]])
    np.testing.assert_array_equal(drawn.line(axes, "forecast").get_ydata(), track.forecast[recent])


def test_band_is_the_interval(made: Findings) -> None:
    """The shaded band's edges are the interval's bounds."""
    assert not isinstance(made.tracks, Absent)
    axes = drawn.axes_of(skill.tracks_plate(made.tracks))[0]
    edges = axes.collections[0].get_paths()[0].vertices
    recent = slice(-skill.RECENT_ORIGINS, None)
    assert edges[:, 1].max() == made.tracks[0].upper[recent].max()
    assert edges[:, 1].min() == made.tracks[0].lower[recent].min()


def test_scatter_shows_every_forecast_and_the_means_of_fifths(made: Findings) -> None:
    """Points are all forecasts; diamonds average fifths of them."""
    assert not isinstance(made.best_tracks, Absent)
    axes = drawn.axes_of(skill.scatter_plate(made.best_tracks))
    for one, track in zip(axes, made.best_tracks, strict=True):
        points, diamonds = one.get_lines()[:2]
        np.testing.assert_array_equal(points.get_xydata(), np.column_stack([track.forecast, track.realised]))
        assert len(diamonds.get_xdata()) == skill.QUANTILES
        assert (one.get_xlabel(), bool(one.get_title(loc="left"))) == ("forecast, log return in %", True)


def test_fifths_average_to_the_whole(made: Findings) -> None:
    """Weighted by their size the fifths' means are the mean."""
    assert not isinstance(made.best_tracks, Absent)
    track = made.best_tracks[0]
    x, y = skill.fifths(track)
    sizes = [len(group) for group in np.array_split(track.forecast, skill.QUANTILES)]
    np.testing.assert_allclose(np.average(x, weights=sizes), track.forecast.mean())
    np.testing.assert_allclose(np.average(y, weights=sizes), track.realised.mean())
    assert list(x) == sorted(x)


def test_absent_findings_are_sentences() -> None:
    """The sentence is the caption, and nothing is drawn."""
    for plate_of in (skill.errors_plate, skill.tracks_plate, skill.scatter_plate):
        plate = plate_of(Absent("Because."))
        assert (plate.caption, plate.draw) == ("Because.", None)
