"""Losses of several models over the rows that all of them have."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spx_assets.errors import UsageError
from spx_assets.forecasting.losses import loss_gains, model_losses, shared_block_length

Y = [1.0, 2.0, np.nan, 4.0]
TABLE = pd.DataFrame({"a": [1.0, 1.0, 1.0, 1.0], "b": [0.0, np.nan, 0.0, 0.0]}, index=[7, 8, 9, 10])


def test_rows_that_any_model_lacks_are_left_out_of_all() -> None:
    """Squared errors by hand; the index of the table is its own."""
    names, losses = model_losses(Y, TABLE)

    assert names == ("a", "b")
    np.testing.assert_array_equal(losses, [[0.0, 1.0], [9.0, 16.0]])


def test_absolute_losses() -> None:
    """By hand."""
    np.testing.assert_array_equal(model_losses(Y, TABLE, loss="absolute")[1], [[0.0, 1.0], [3.0, 4.0]])


def test_a_mapping_and_an_array_say_the_same() -> None:
    """The models of an array are numbered."""
    mapping = model_losses(Y, {"a": TABLE["a"], "b": TABLE["b"]})
    array = model_losses(Y, TABLE.to_numpy())

    assert (mapping[0], array[0]) == (("a", "b"), (0, 1))
    assert np.array_equal(mapping[1], array[1])


def test_gains_are_the_benchmarks_losses_less_the_models() -> None:
    """Positive where the model is better."""
    names, gains = loss_gains(Y, TABLE, [0.0, 0.0, 0.0, 4.0])

    assert names == ("a", "b")
    np.testing.assert_array_equal(gains, [[1.0, 0.0], [-9.0, -16.0]])


@pytest.mark.parametrize("forecasts", [pd.DataFrame(np.ones((4, 2)), columns=["a", "a"]), np.empty((4, 0))])
def test_models_need_one_column_each(forecasts: object) -> None:
    """Not two of a name, not none."""
    with pytest.raises(UsageError, match="one column each"):
        model_losses(Y, forecasts)  # type: ignore[arg-type]  # both kinds are tables


def test_blocks_are_no_shorter_than_outcomes_overlap() -> None:
    """However little memory the losses show."""
    noise = np.random.default_rng(0).standard_normal((300, 2))

    assert shared_block_length(noise, 21) >= 21
