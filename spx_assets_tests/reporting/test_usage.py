"""What the model uses, as frozen values."""

from __future__ import annotations

import numpy as np
import pytest

from spx_assets.forecasting.importance import coefficient_path, partial_dependence
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.usage import MOST_FEATURES, usage
from spx_assets_tests.reporting import synthetic

CLEANED = synthetic.cleaned()
MODELS = synthetic.models(CLEANED)


def test_paths_are_coefficients_in_basis_points() -> None:
    """Of the strongest features, the same for every horizon."""
    found = usage(CLEANED, MODELS, {1: "ridge"}, None)
    assert not isinstance(found, Absent)
    path = found.paths[0]
    assert (path.measure, path.deployed, len(path.features)) == ("coefficient", True, MOST_FEATURES)
    assert {one.features for one in found.paths} == {path.features}
    expected = coefficient_path(MODELS[1], CLEANED)[list(path.features)]
    np.testing.assert_allclose(path.values, 1e4 * expected)
    assert [one.deployed for one in found.paths] == [True, False, False]


def test_dependence_is_around_its_mean_and_per_session() -> None:
    """Basis points of log return a session."""
    found = usage(CLEANED, {21: MODELS[21]}, {}, None)
    assert not isinstance(found, Absent)
    one = found.dependences[0]
    grid, response = partial_dependence(MODELS[21], CLEANED, one.feature)
    np.testing.assert_allclose(one.grid, grid)
    np.testing.assert_allclose(one.response, 1e4 * (response - response.mean()) / 21)
    assert one.response.mean() == pytest.approx(0.0, abs=1e-9)


def test_nothing_fitted_is_a_sentence() -> None:
    """The mean uses no feature."""
    found = usage(CLEANED, {}, {}, None)
    assert isinstance(found, Absent)
    assert "uses no feature" in found.sentence
