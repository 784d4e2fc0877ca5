"""Coefficients and correlations: artists against findings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from spx_assets.reporting import Findings
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.explanation import Coefficients, Correlation
from spx_assets.reporting.figures import explanation
from spx_assets.reporting.labels import feature_label
from spx_assets_tests.reporting import drawn


def test_dots_are_the_effects_beside_their_features(made: Findings) -> None:
    """Each feature's dot stands in its row, in basis points."""
    assert isinstance(made.coefficients, Coefficients)
    axes = drawn.axes_of(explanation.coefficients_plate(made.coefficients))
    for place, one in enumerate(axes):
        np.testing.assert_array_equal(one.get_lines()[0].get_xdata(), made.coefficients.effects[:, place])
        assert one.get_xlabel() == "basis points"
    labels = [label.get_text() for label in axes[0].get_yticklabels()]
    assert labels == [feature_label(name) for name in made.coefficients.features]


def test_lower_triangle_is_the_matrix(made: Findings) -> None:
    """Coloured cells are the correlations below the diagonal; nothing else is coloured."""
    assert isinstance(made.correlation, Correlation)
    axes = drawn.axes_of(explanation.correlation_plate(made.correlation))[0]
    lower = np.tril_indices(len(made.correlation.features), -1)
    np.testing.assert_array_equal(axes.collections[0].get_array(), made.correlation.matrix[lower])
    corners = [tuple(path.vertices.min(axis=0)) for path in axes.collections[0].get_paths()]
    assert corners == list(zip(lower[1], lower[0], strict=True))


def test_strong_correlations_are_printed_with_their_sign(made: Findings) -> None:
    """In grey the number tells what the colour cannot."""
    assert isinstance(made.correlation, Correlation)
    axes = drawn.axes_of(explanation.correlation_plate(made.correlation))[0]
    lower = made.correlation.matrix[np.tril_indices(len(made.correlation.features), -1)]
    strong = lower[np.abs(lower) >= explanation.WORTH_PRINTING]
    assert sorted(float(text.get_text().replace("−", "-")) for text in axes.texts) == sorted(np.round(100 * strong))


def test_constant_features_are_named_in_the_caption(made: Findings) -> None:
    """What was left out is said."""
    assert isinstance(made.correlation, Correlation)
    plate = explanation.correlation_plate(replace(made.correlation, constant=("winter_half",)))
    assert plate.caption.endswith("Left out, since it never changes: winter half.")


def test_absent_findings_are_sentences() -> None:
    """The sentence is the caption, and nothing is drawn."""
    for plate_of in (explanation.coefficients_plate, explanation.correlation_plate):
        assert (plate_of(Absent("Because.")).caption, plate_of(Absent("Because.")).draw) == ("Because.", None)
