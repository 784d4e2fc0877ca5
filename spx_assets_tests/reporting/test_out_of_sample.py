"""Squared error saved, and forecasts beside what came."""

from __future__ import annotations

import numpy as np

from spx_assets.reporting import out_of_sample
from spx_assets.reporting.absent import Absent
from spx_assets_tests.reporting import synthetic


def test_last_value_of_the_error_difference_gives_the_out_of_sample_r2() -> None:
    """Saved over the benchmark's squared error is R²_OS (Goyal and Welch 2008)."""
    evaluation = synthetic.evaluation(synthetic.cleaned())
    panels = out_of_sample.error_difference(evaluation)
    assert not isinstance(panels, Absent)
    for panel in panels:
        rows = out_of_sample.known_rows(evaluation, panel.horizon, "ridge")
        benchmark = ((rows["realised"] - rows["benchmark"]) ** 2).sum()
        own = ((rows["realised"] - rows["forecast"]) ** 2).sum()
        np.testing.assert_allclose(panel.saved["ridge"][-1] / (1e4 * benchmark), 1 - own / benchmark)


def test_candidates_keep_the_order_of_the_table() -> None:
    """The mean is the benchmark, not a candidate."""
    assert out_of_sample.candidates(synthetic.evaluation(synthetic.cleaned())) == ("ols", "ridge")


def test_unknown_returns_are_left_out() -> None:
    """Forecasts whose return is still unknown are in no figure."""
    evaluation = synthetic.evaluation(synthetic.cleaned())
    tracks = out_of_sample.tracks(evaluation, {21: "ridge"}, {})
    assert not isinstance(tracks, Absent)
    (track,) = tracks
    assert not track.deployed
    assert np.isfinite(track.realised).all()
    assert len(track.origins) == 700 - 252 - 21


def test_tracks_count_what_fell_outside() -> None:
    """Returns below the lower or above the upper bound are outside; forecasts without bounds are not judged."""
    evaluation = synthetic.evaluation(synthetic.cleaned())
    (track,) = out_of_sample.tracks(evaluation, {1: "ols"}, {1: "ols"})  # type: ignore[misc] # rows exist
    rows = out_of_sample.known_rows(evaluation, 1, "ols")
    assert track.judged == rows["lower_90"].notna().sum()
    assert (
        track.outside == (~rows["realised"].between(rows["lower_90"], rows["upper_90"])[rows["lower_90"].notna()]).sum()
    )


def test_a_table_without_known_returns_is_a_sentence() -> None:
    """No rows: the sentence says what is short."""
    evaluation = synthetic.evaluation(synthetic.cleaned()).iloc[:0]
    for found in (out_of_sample.error_difference(evaluation), out_of_sample.tracks(evaluation, {1: "ols"}, {1: "ols"})):
        assert isinstance(found, Absent)
        assert "history is shorter" in found.sentence


def test_the_mean_alone_is_a_sentence() -> None:
    """With no candidate there is nothing to compare."""
    evaluation = synthetic.evaluation(synthetic.cleaned(), models=("historical_mean",))
    found = out_of_sample.error_difference(evaluation)
    assert isinstance(found, Absent)
    assert "nothing to compare" in found.sentence


def test_a_level_that_was_not_made_leaves_no_bounds() -> None:
    """A table without 90 % bounds still gives forecasts and returns."""
    evaluation = synthetic.evaluation(synthetic.cleaned()).drop(columns=["lower_90", "upper_90"])
    (track,) = out_of_sample.tracks(evaluation, {1: "ols"}, {1: "ols"})  # type: ignore[misc] # rows exist
    assert (track.judged, track.outside) == (0, 0)
