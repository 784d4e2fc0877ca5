"""Ridge's penalty, chosen by what was known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spx_assets.forecasting.penalty import PENALTIES, known_best, online_choice
from spx_assets.forecasting.walk_forward import walk_forward_penalties


def test_the_grid_is_half_decades() -> None:
    """From next to least squares to next to the mean."""
    assert PENALTIES[:3] == (1.0, 3.16, 10.0)
    assert PENALTIES[-1] == 1e6


def test_best_by_hand() -> None:
    """Nothing known: the largest. Then whoever has the smaller sum; a tie goes to the larger."""
    realised = np.array([0.0, 0.0, 0.0, np.nan, 0.0])
    forecasts = np.array([[1.0, 2.0], [1.0, 0.0], [3.0, 0.0], [9.0, 0.0], [0.0, 0.0]])

    chosen = known_best(realised, forecasts, np.array([1.0, 10.0]), horizon=1)

    assert chosen.tolist() == [1, 0, 0, 1, 1]


@given(seed=st.integers(0, 500), horizon=st.integers(1, 12), cut=st.integers(20, 49))
def test_no_choice_sees_an_unknown_error(seed: int, horizon: int, cut: int) -> None:
    """Outcomes after t − horizon may be anything."""
    random = np.random.default_rng(seed)
    realised, forecasts = random.standard_normal(50), random.standard_normal((50, 4))
    changed = realised.copy()
    changed[cut - horizon + 1 :] = 1e3

    before = known_best(realised, forecasts, np.arange(4.0), horizon=horizon)
    after = known_best(changed, forecasts, np.arange(4.0), horizon=horizon)

    np.testing.assert_array_equal(before[: cut + 1], after[: cut + 1])


def test_forecasts_are_those_of_the_chosen_penalty() -> None:
    """From the first origin of `first_train` on, chosen by errors since half of it."""
    random = np.random.default_rng(0)
    X = random.standard_normal((300, 4))
    y = X[:, 0] + random.standard_normal(300)

    choice = online_choice(X, y, (1.0, 1e6), first_train=100, horizon=2)

    grid = walk_forward_penalties(X, y, (1.0, 1e6), first_train=50, horizon=2).loc[101:]
    assert len(choice.forecast) == len(grid) == 199
    np.testing.assert_array_equal(
        choice.forecast, [grid.loc[t, p] for t, p in zip(grid.index, choice.penalty, strict=True)]
    )
    assert choice.penalty[0] == 1.0


@pytest.mark.parametrize(("signal", "chosen"), [(1.0, 1.0), (0.0, 1e6)])
def test_signal_lowers_the_penalty_and_noise_raises_it(signal: float, chosen: float) -> None:
    """At the last origin the rule has seen which it is."""
    random = np.random.default_rng(1)
    X = random.standard_normal((400, 10))
    y = signal * X[:, 0] + random.standard_normal(400)

    assert online_choice(X, y, (1.0, 1e3, 1e6), first_train=100).penalty[-1] == chosen
