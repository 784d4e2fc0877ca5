"""What the model uses: artists against findings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from spx_assets.reporting import Findings
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.figures.panels import days
from spx_assets.reporting.figures.usage import dependence_plate, paths_plate
from spx_assets.reporting.labels import feature_label
from spx_assets_tests.reporting import drawn


def test_lines_are_the_importance_of_their_feature(made: Findings) -> None:
    """A panel for each horizon, which says that its model does not serve."""
    assert not isinstance(made.usage, Absent)
    axes = drawn.axes_of(paths_plate(made.usage))
    for one, path in zip(axes, made.usage.paths, strict=True):
        for place, name in enumerate(path.features):
            line = drawn.line(one, feature_label(name))
            np.testing.assert_array_equal(line.get_ydata(), path.values[:, place])
            np.testing.assert_array_equal(line.get_xdata(), days(path.sessions))
        assert one.get_title(loc="left").endswith("ridge (not deployed)")
        assert one.get_ylabel() == "bp per SD"


def test_what_was_chosen_or_fitted_afterwards_is_said(made: Findings) -> None:
    """Settings are those chosen last; a permutation asks one model, fitted on all history, of every stretch."""
    assert not isinstance(made.usage, Absent)
    shuffled = replace(made.usage, paths=tuple(replace(path, measure="permutation") for path in made.usage.paths))
    assert "what each session knew, with the settings chosen last" in paths_plate(made.usage).caption
    assert "the model fitted on all history" in paths_plate(shuffled).caption


def test_curves_are_the_partial_dependence(made: Findings) -> None:
    """A panel for each feature with its unit, a line for each horizon."""
    assert not isinstance(made.usage, Absent)
    plate = dependence_plate(made.usage)
    axes = {one.get_title(loc="left"): one for one in drawn.axes_of(plate)}
    for curve in made.usage.dependences:
        one = axes[feature_label(curve.feature)]
        label = "next session" if curve.horizon == 1 else f"next {curve.horizon} sessions"
        np.testing.assert_array_equal(drawn.line(one, label).get_ydata(), curve.response)
        assert one.get_xlabel() == curve.unit
    assert "(not deployed: ridge; fitted on all history)" in plate.caption


def test_absent_findings_are_sentences() -> None:
    """The sentence is the caption, and nothing is drawn."""
    for plate_of in (paths_plate, dependence_plate):
        assert (plate_of(Absent("Because.")).caption, plate_of(Absent("Because.")).draw) == ("Because.", None)
