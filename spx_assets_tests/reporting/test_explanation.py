"""What the model uses."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spx_assets.reporting import explanation
from spx_assets.reporting.absent import Absent
from spx_assets_tests.reporting import synthetic


def test_coefficients_are_in_basis_points_strongest_first() -> None:
    """Features are ordered by their share of each horizon's largest effect."""
    found = explanation.coefficients(
        {1: ("ridge", {"a": 1e-4, "b": -3e-4}), 5: ("ols", {"a": 0.0, "b": 2e-4})}, {1: "ridge"}
    )
    assert isinstance(found, explanation.Coefficients)
    assert found.features == ("b", "a")
    assert (found.horizons, found.models, found.deployed) == ((1, 5), ("ridge", "ols"), (True, False))
    np.testing.assert_allclose(found.effects, [[-3.0, 2.0], [1.0, 0.0]])


def test_no_coefficients_leave_a_sentence() -> None:
    """A card without a linear candidate has nothing to draw."""
    assert isinstance(explanation.coefficients({1: ("historical_mean", {})}, {}), Absent)


def test_correlation_is_the_tables_own_in_another_order() -> None:
    """The matrix is reordered, not changed."""
    cleaned = synthetic.cleaned()
    found = explanation.correlation(cleaned)
    assert isinstance(found, explanation.Correlation)
    expected = cleaned[list(found.features)].corr().to_numpy()
    np.testing.assert_allclose(found.matrix, expected, atol=1e-12)


def test_what_moves_together_stands_together() -> None:
    """Ordering by clusters brings correlated neighbours closer than the order of the table."""
    cleaned = synthetic.cleaned()
    found = explanation.correlation(cleaned)
    assert isinstance(found, explanation.Correlation)
    given = cleaned[list(synthetic.FEATURES)].corr().abs().to_numpy()
    assert np.abs(np.diag(found.matrix, 1)).mean() > np.diag(given, 1).mean()


def test_constant_features_are_left_out_by_name() -> None:
    """A feature that never changes has no correlation, and is named."""
    found = explanation.correlation(synthetic.cleaned().assign(winter_half=1.0))
    assert isinstance(found, explanation.Correlation)
    assert found.constant == ("winter_half",)
    assert "winter_half" not in found.features


def test_fewer_than_two_features_leave_a_sentence() -> None:
    """One feature has nothing to go together with."""
    cleaned = synthetic.cleaned()
    single = pd.DataFrame({"session": cleaned["session"], "return_1": cleaned["return_1"]})
    assert isinstance(explanation.correlation(single), Absent)
