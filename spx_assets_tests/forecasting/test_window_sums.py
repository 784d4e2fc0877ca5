"""Sums over sliding windows by halving."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from spx_assets.forecasting.window_sums import window_sums


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=40),
    core=st.integers(1, 5),
    seed=st.integers(0, 1000),
)
def test_sums_are_those_of_each_window(steps: list[tuple[int, int]], core: int, seed: int) -> None:
    """Whatever the windows drop and take at each step; in whole numbers, so exactly."""
    dropped, taken = (np.cumsum([0, *(step[side] for step in steps)]) for side in (0, 1))
    first, stop = dropped, dropped[-1] + core + taken
    panel = np.random.default_rng(seed).integers(-9, 10, (int(stop[-1]), 3)).astype(float)
    shared = panel[first[-1] : stop[0]]
    own = np.delete(panel, slice(first[-1], stop[0]), axis=0)

    actual = window_sums(shared.T @ shared, own, first, stop - core)

    expected = [panel[begin:end].T @ panel[begin:end] for begin, end in zip(first, stop, strict=True)]
    np.testing.assert_array_equal(actual, expected)


def test_nothing_is_taken_away() -> None:
    """A huge row leaves no trace in the windows without it."""
    panel = np.ones((40, 2))
    panel[0] = 1e12
    first, stop = np.arange(8), np.arange(30, 38)

    actual = window_sums(23 * np.ones((2, 2)), np.delete(panel, slice(7, 30), axis=0), first, stop - 23)

    np.testing.assert_array_equal(actual[1:], np.full((7, 2, 2), 30.0))
