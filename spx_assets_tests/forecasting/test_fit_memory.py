"""Fits that are not made twice."""

from __future__ import annotations

import numpy as np

from spx_assets.forecasting.estimators import hist_gradient_boosting
from spx_assets.forecasting.fit_memory import FitMemory
from spx_assets.forecasting.walk_forward import walk_forward

X, Y = np.ones((3, 2)), np.ones(3)


def test_the_key_is_everything_that_a_fit_is_made_from() -> None:
    """Another setting, one bit of one training row, an outcome: another key."""
    touched = X.copy()
    touched[1, 1] = np.nextafter(1, 2)

    keys = {FitMemory.key(*parts) for parts in (("a", X, Y), ("b", X, Y), ("a", touched, Y), ("a", X, Y * 2))}

    assert len(keys) == 4
    assert FitMemory.key("a", X, Y) in keys


def test_forecasts_are_known_for_the_rows_that_were_asked() -> None:
    """All of them, or the first of them; not for others, nor for more."""
    memory = FitMemory()
    rows = np.arange(6.0).reshape(3, 2)
    memory.put(b"a", rows, np.array([1.0, 2.0, 3.0]))
    touched = rows.copy()
    touched[0, 1] = np.nextafter(1, 2)

    np.testing.assert_array_equal(memory.get(b"a", rows), [1, 2, 3])
    np.testing.assert_array_equal(memory.get(b"a", rows[:2]), [1, 2])
    others = [rows[1:], touched, touched[:1], np.vstack([rows, rows]), rows[:0]]
    assert [memory.get(b"a", other) for other in others] == [None] * 5
    assert memory.get(b"b", rows) is None


def test_what_is_longest_unused_is_forgotten() -> None:
    """Bounded."""
    memory = FitMemory(most=2)
    for name in (b"a", b"b"):
        memory.put(name, X, Y)
    memory.get(b"a", X)
    memory.put(b"c", X, Y)

    assert [memory.get(name, X) is None for name in (b"a", b"b", b"c")] == [False, True, False]


def test_remembered_forecasts_are_those_of_fitting_again() -> None:
    """On the same data, on data cut off, in processes; and a changed outcome is fitted anew."""
    random = np.random.default_rng(0)
    X, y = random.standard_normal((160, 3)), random.standard_normal(160)
    memory = FitMemory()
    rules = {"first_train": 80, "step": 30}
    changed = y.copy()
    changed[5] += 1

    for rows, outcomes in ((160, y), (160, y), (130, y), (160, changed)):
        made = walk_forward(X[:rows], outcomes[:rows], hist_gradient_boosting(), memory=memory, **rules)
        anew = walk_forward(X[:rows], outcomes[:rows], hist_gradient_boosting(), **rules)
        np.testing.assert_array_equal(made["forecast"], anew["forecast"])
