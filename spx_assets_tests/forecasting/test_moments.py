"""Sums over windows, anchored on what the windows share."""

from __future__ import annotations

import numpy as np
import pytest

from spx_assets.forecasting.moments import Core, Factor, Moments, anchored_moments
from spx_assets.forecasting.panel import Floats


def unit_deviation(core: Core) -> Floats:
    """Coordinates with columns of unit deviation."""
    return np.diag(1 / core.deviation)


def moments_of(X: Floats, y: Floats, first: Floats, stop: Floats) -> list[Moments]:
    """All chunks, none of them refused."""
    found = list(anchored_moments((X, y), (first, stop), unit_deviation, lambda _: True))
    assert not any(isinstance(each, int) for each in found)
    return [each for each in found if isinstance(each, Moments)]


@pytest.mark.parametrize("window", [None, 90])
def test_moments_are_those_of_each_window(window: int | None) -> None:
    """Count, means, centred scatter and cross products, back in units of x, equal numpy's on every window."""
    random = np.random.default_rng(3)
    X = random.standard_normal((500, 3)) * [1e-5, 1.0, 1e6] + [4.0, -1.0, 3e6]
    y = random.standard_normal(500)
    stop = np.arange(100, 501)
    first = np.zeros_like(stop) if window is None else stop - window

    found = moments_of(X, y, first, stop)

    assert len(found) > 2
    for moments in found:
        for k, refit in enumerate(range(moments.refits.start, moments.refits.stop)):
            x, outcome = X[first[refit] : stop[refit]], y[first[refit] : stop[refit]]
            back = np.linalg.inv(moments.basis)
            centred = x - x.mean(axis=0)
            scale = np.sqrt(np.sum(centred**2, axis=0))
            scatter = back.T @ moments.scatter[k] @ back
            cross = back.T @ moments.cross[k]
            assert moments.count[k] == len(x)
            np.testing.assert_allclose(
                scatter / np.outer(scale, scale), centred.T @ centred / np.outer(scale, scale), atol=1e-13
            )
            np.testing.assert_allclose(cross / scale, centred.T @ (outcome - outcome.mean()) / scale, atol=1e-12)
            np.testing.assert_allclose(moments.mean_y[k], outcome.mean(), atol=1e-14)


def test_refits_come_in_order_and_each_once() -> None:
    """Also when some chunks have to be split: a column that wakes up late forces it."""
    random = np.random.default_rng(0)
    X = random.standard_normal((400, 2))
    X[:250, 1] = 7.0
    stop = np.arange(60, 401)

    found = list(anchored_moments((X, X[:, 0]), (np.zeros_like(stop), stop), unit_deviation, lambda _: True))

    refits = [
        k for each in found for k in ([each] if isinstance(each, int) else range(each.refits.start, each.refits.stop))
    ]
    assert refits == list(range(len(stop)))
    assert [each for each in found if isinstance(each, int)] == []
    kept = {bool(each.kept[1]) for each in found if isinstance(each, Moments) and each.refits.stop < 150}
    assert kept == {False}


def test_a_refit_that_cannot_be_solved_is_named() -> None:
    """When nothing is solvable every refit is reported, one by one."""
    X = np.random.default_rng(0).standard_normal((80, 2))
    stop = np.arange(50, 81)

    found = list(anchored_moments((X, X[:, 0]), (np.zeros_like(stop), stop), unit_deviation, lambda _: False))

    assert found == list(range(31))


def test_factor_grows_as_if_made_at_once() -> None:
    """R'R is the moment matrix of [1, x − shift, y], whatever the pieces."""
    random = np.random.default_rng(1)
    X, y = random.standard_normal((9000, 2)), random.standard_normal(9000)

    factor = Factor.empty(X[:10]).extended(X[:10], y[:10]).extended(X[10:], y[10:])

    rows = np.column_stack((np.ones(9000), X - X[:10].mean(axis=0), y))
    np.testing.assert_allclose(factor.R.T @ factor.R, rows.T @ rows, rtol=1e-11, atol=1e-9)
    assert factor.rows == 9000


def test_memory_does_not_grow_with_the_rows() -> None:
    """Chunks bound what is held at once: at most some megabytes however many refits there are."""
    X = np.random.default_rng(0).standard_normal((3000, 20))
    stop = np.arange(500, 3001)

    largest = max(each.scatter.nbytes for each in moments_of(X, X[:, 0], np.zeros_like(stop), stop))

    assert largest < 8_000_000
