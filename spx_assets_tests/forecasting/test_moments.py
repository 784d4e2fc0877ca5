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
            sums = moments.sums[k]
            inner = sums[1:, 1:] - np.outer(sums[0, 1:], sums[0, 1:]) / sums[0, 0]
            scatter, cross = back.T @ inner[:-1, :-1] @ back, back.T @ inner[:-1, -1]
            assert moments.count[k] == len(x)
            np.testing.assert_allclose(
                scatter / np.outer(scale, scale), centred.T @ centred / np.outer(scale, scale), atol=1e-13
            )
            np.testing.assert_allclose(cross / scale, centred.T @ (outcome - outcome.mean()) / scale, atol=1e-12)
            np.testing.assert_allclose(moments.core.mean_y + sums[0, -1] / sums[0, 0], outcome.mean(), atol=1e-14)
            np.testing.assert_allclose(moments.variation[k], np.diag(inner[:-1, :-1]), rtol=1e-13)


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
    """R'R is the moment matrix of [1, x − shift, y], whatever the pieces and the side they are added on."""
    random = np.random.default_rng(1)
    X, y = random.standard_normal((9000, 2)), random.standard_normal(9000)

    factor = Factor.empty(X, slice(100, 200))
    for rows in (slice(100, 200), slice(50, 8000), slice(0, 9000)):
        factor = factor.covering(X, y, rows)

    rows = np.column_stack((np.ones(9000), X - X[100:200].mean(axis=0), y))
    np.testing.assert_allclose(factor.R.T @ factor.R, rows.T @ rows, rtol=1e-11, atol=1e-9)
    assert factor.rows == slice(0, 9000)


def test_fit_is_least_squares_on_each_window() -> None:
    """At any points of any window, with a penalty or without."""
    random = np.random.default_rng(7)
    X, y = random.standard_normal((300, 4)), random.standard_normal(300)
    stop = np.arange(150, 301)
    (*_, moments) = moments_of(X, y, stop - 100, stop)
    asked = random.standard_normal((len(moments.sums), 3, 4))

    actual = moments.fitted(asked, [0.0, np.full((len(asked), 4), 25.0)])

    for k, refit in enumerate(range(moments.refits.start, moments.refits.stop)):
        rows = slice(int(stop[refit]) - 100, int(stop[refit]))
        z = moments.core.coordinates(X[rows], moments.basis)
        centred, outcome = z - z.mean(axis=0), y[rows]
        for each, penalty in enumerate((0.0, 25.0)):
            slopes = np.linalg.solve(centred.T @ centred + penalty * np.eye(4), centred.T @ outcome)
            expected = outcome.mean() + (asked[k] - z.mean(axis=0)) @ slopes
            np.testing.assert_allclose(actual[k, :, each], expected, atol=1e-13)


def test_memory_does_not_grow_with_the_rows() -> None:
    """Chunks bound what is held at once: at most some megabytes however many refits there are."""
    X = np.random.default_rng(0).standard_normal((3000, 20))
    stop = np.arange(500, 3001)

    largest = max(each.sums.nbytes for each in moments_of(X, X[:, 0], np.zeros_like(stop), stop))

    assert largest < 8_000_000
