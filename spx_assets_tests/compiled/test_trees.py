"""Sums of trees, walked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spx_assets.compiled.trees import ROWS_AT_A_TIME
from spx_assets_tests.compiled.models import ROWS, stumps


@pytest.mark.parametrize("single", [True, False])
def test_rows_end_in_the_leaf_that_their_values_lead_to(single: bool) -> None:
    """At a threshold the way is left; many rows and one row agree to the bit."""
    expected = [(2 + 20) / 2, (1 + 10) / 2, (1 + 20) / 2]
    form = stumps(single=single)

    assert form.forecast(ROWS).tolist() == expected
    assert [form.forecast_one(row) for row in ROWS.tolist()] == expected
    assert form.contributions(ROWS[0].tolist()) is None


def test_forests_compare_in_single_precision() -> None:
    """A value above the threshold by less than single precision holds goes left, as in scikit-learn."""
    row = [0.5 + 1e-9, 1.0, 20.0]

    assert [stumps(single=single).forecast_one(row) for single in (True, False)] == [10.5, 11.0]
    assert stumps(single=True).forecast(np.array([[1e300, -1e300, 0]])).tolist() == [6.0]
    assert stumps(single=True).forecast_one([1e300, -1e300, 0.0]) == 6.0


def test_rows_are_standardised_first() -> None:
    """Where the model stands behind a scaler."""
    form = replace(stumps(), mean=np.array([10.0, 0, 0]), scale=np.array([2.0, 1, 1]))

    assert [form.forecast_one([value, 1.0, 0.0]) for value in (11.0, 11.1)] == [10.5, 11.0]
    assert form.forecast(np.array([[11.0, 1, 0], [11.1, 1, 0]])).tolist() == [10.5, 11.0]


def test_many_rows_are_walked_in_parts() -> None:
    """The last part is shorter."""
    rows = np.tile(ROWS, (ROWS_AT_A_TIME, 1))[: 2 * ROWS_AT_A_TIME + 1]

    np.testing.assert_array_equal(stumps().forecast(rows), [stumps().forecast_one(row) for row in rows.tolist()])
