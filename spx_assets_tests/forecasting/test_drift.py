"""Drift statistics against their formulas, and the verdict against windows of the past."""

from __future__ import annotations

import numpy as np
import pytest

from spx_assets.forecasting.drift import BINS, FEWEST_WINDOWS, drift, population_stability_index


def test_the_index_is_the_sum_over_bins() -> None:
    """By hand on four bins, half an observation added to each."""
    before = np.arange(40.0)
    recent = np.array([0.0] * 5 + [39.0] * 5)
    old = np.full(4, 10.5) / 42
    new = np.array([5.5, 0.5, 0.5, 5.5]) / 12

    expected = float(np.sum((new - old) * np.log(new / old)))

    assert expected == pytest.approx(population_stability_index(before, recent, bins=4), abs=1e-12)


def test_of_equal_distributions_the_index_has_its_expectation() -> None:
    """About (bins − 1)(1/n + 1/m), as Yurdakul and Naranjo give it."""
    rng = np.random.default_rng(1)
    found = [population_stability_index(rng.normal(size=2000), rng.normal(size=200)) for _ in range(200)]

    assert np.mean(found) == pytest.approx((BINS - 1) * (1 / 2000 + 1 / 200), rel=0.15)


def test_a_sudden_shift_is_a_drift_and_noise_is_none() -> None:
    """Two deviations away against draws of the same distribution."""
    rng = np.random.default_rng(2)
    before = rng.normal(size=1000)

    assert drift(before, rng.normal(2.0, size=63)).drifted
    assert not drift(before, rng.normal(size=63)).drifted


def test_a_persistent_series_that_always_moves_is_none() -> None:
    """Every window of a random walk differs from those before; that is its habit, whatever the p-value says."""
    rng = np.random.default_rng(3)
    found = [drift(walk[:-63], walk[-63:]) for walk in rng.normal(size=(100, 1200)).cumsum(axis=1)]

    assert np.mean([each.ks_p < 0.01 for each in found]) > 0.9
    assert np.mean([each.drifted for each in found]) < 0.2


def test_too_little_to_judge_is_no_drift() -> None:
    """No recent value, fewer before than recent, or too few windows: said by the counts."""
    assert drift(np.ones(5), np.ones(0)).n_recent == 0
    assert np.isnan(drift(np.ones(5), np.ones(6)).psi)
    few = drift(np.zeros(63 * 3), np.ones(63))
    assert 0 < few.windows < FEWEST_WINDOWS
    assert not few.drifted


def test_values_that_are_missing_are_left_out() -> None:
    """As if they had not been there."""
    rng = np.random.default_rng(4)
    before, recent = rng.normal(size=500), rng.normal(size=40)
    gaps = [np.insert(sample, [3, 17], [np.nan, np.inf]) for sample in (before, recent)]

    assert drift(before, recent) == drift(*gaps)
