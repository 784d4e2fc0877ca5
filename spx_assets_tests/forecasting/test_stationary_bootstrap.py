"""The stationary bootstrap against its definition, arch, and what theory says of an autoregression."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spx_assets.errors import UsageError
from spx_assets.forecasting import stationary_bootstrap
from spx_assets.forecasting.panel import Floats
from spx_assets.forecasting.stationary_bootstrap import (
    bootstrapped_means,
    long_run_variance,
    optimal_block_length,
    resampled_rows,
)


def autoregression(memory: float, rows: int, seed: int = 0) -> Floats:
    """Each value remembers that share of the last."""
    shocks = np.random.default_rng(seed).standard_normal(rows)
    values = np.zeros(rows)
    for t in range(1, rows):
        values[t] = memory * values[t - 1] + shocks[t]
    return values


@settings(deadline=None)
@given(st.integers(1, 40), st.floats(1, 50), st.integers(0, 99))
def test_rows_lie_among_those_given(n: int, block: float, seed: int) -> None:
    """For any length of sample and block."""
    rows = resampled_rows(n, 3, block=block, random=np.random.default_rng(seed))

    assert rows.shape == (3, n)
    assert ((rows >= 0) & (rows < n)).all()


def test_within_a_block_each_row_follows_its_predecessor() -> None:
    """The first after the last; here one block is all there is."""
    rows = resampled_rows(7, 20, block=1e12, random=np.random.default_rng(0))

    assert (np.diff(rows, axis=1) % 7 == 1).all()


def test_blocks_have_the_mean_length_that_was_asked_for() -> None:
    """Of 8 rows: one row in eight begins a block, but for draws that happen to continue."""
    rows = resampled_rows(1_000, 500, block=8.0, random=np.random.default_rng(0))

    begins = (np.diff(rows, axis=1) % 1_000) != 1

    assert 1 / begins.mean() == pytest.approx(8.0, rel=0.02)


def test_every_row_is_drawn_equally_often() -> None:
    """The first and the last row too: blocks go round the end."""
    rows = resampled_rows(50, 20_000, block=10.0, random=np.random.default_rng(0))

    share = np.bincount(rows.ravel(), minlength=50) / rows.size

    np.testing.assert_allclose(share, 1 / 50, rtol=0.05)


def test_means_are_those_of_the_resampled_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when they are drawn in several pieces, which keep the order of the draws."""
    values = np.random.default_rng(1).standard_normal((30, 2))
    monkeypatch.setattr(stationary_bootstrap, "NUMBERS_AT_ONCE", 30 * 4)
    random = np.random.default_rng(7)
    pieces = [resampled_rows(30, size, block=3.0, random=random) for size in (4, 4, 2)]

    means = bootstrapped_means(values, block=3.0, replications=10, seed=7)

    np.testing.assert_allclose(means, values[np.concatenate(pieces)].mean(axis=1), atol=1e-14)


def test_equal_seeds_give_equal_numbers() -> None:
    """And other seeds others."""
    values = np.arange(40.0)[:, None]

    first, again, other = (bootstrapped_means(values, block=4.0, replications=50, seed=seed) for seed in (3, 3, 4))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_long_run_variance_is_that_of_the_resampled_means() -> None:
    """The closed form against 20,000 replications, for columns with and without memory."""
    values = np.column_stack([autoregression(0.6, 200), autoregression(0.0, 200, seed=1)])

    means = bootstrapped_means(values, block=6.0, replications=20_000)

    np.testing.assert_allclose(long_run_variance(values, block=6.0), 200 * means.var(axis=0), rtol=0.03)


def test_the_long_run_variance_is_that_of_arch() -> None:
    """Its loop over lags, to rounding."""
    from arch.bootstrap import SPA  # noqa: PLC0415  # slow to import

    values = np.column_stack([autoregression(0.6, 200), autoregression(0.0, 200, seed=1)])
    theirs = SPA(np.zeros(200), -values, block_size=7, reps=1, seed=0)
    theirs.compute()

    np.testing.assert_allclose(long_run_variance(values, block=7.0), theirs._loss_diff_var, rtol=1e-12)


@pytest.mark.parametrize("memory", [0.3, 0.6, 0.8])
def test_blocks_of_an_autoregression_have_the_length_of_theory(memory: float) -> None:
    """(4φ²n/(1 − φ²)²)^(1/3), which the formula gives with the true autocovariances; within a quarter on average."""
    rows = 20_000
    theory = (4 * memory**2 * rows / (1 - memory**2) ** 2) ** (1 / 3)

    found = np.mean([optimal_block_length(autoregression(memory, rows, seed)) for seed in range(10)])

    assert found == pytest.approx(theory, rel=0.25)


def test_block_lengths_are_close_to_those_of_arch() -> None:
    """Which begins its count of small autocorrelations one lag later than the paper."""
    from arch.bootstrap import optimal_block_length as theirs  # noqa: PLC0415  # slow to import

    for memory, seed in ((0.0, 0), (0.5, 1), (0.8, 2)):
        values = autoregression(memory, 2_000, seed)
        expected = max(float(theirs(values)["stationary"].iloc[0]), 1.0)
        assert optimal_block_length(values) == pytest.approx(expected, rel=0.25)


@pytest.mark.parametrize("values", [np.ones(50), np.arange(5.0), np.empty(0)])
def test_blocks_of_nothing_to_measure_have_one_row(values: Floats) -> None:
    """Constants and handfuls."""
    assert optimal_block_length(values) == 1.0


def test_impossible_bootstraps_are_refused() -> None:
    """A block shorter than a row."""
    with pytest.raises(UsageError, match="bootstrap"):
        resampled_rows(10, 1, block=0.5, random=np.random.default_rng(0))
