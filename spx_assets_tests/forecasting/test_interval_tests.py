"""Tests of intervals: by hand, against the risk literature's own figures, and as proper scores."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from spx_assets.errors import UsageError
from spx_assets.forecasting import (
    christoffersen,
    christoffersen_independence,
    interval_coverage,
    kupiec,
    pinball_loss,
    winkler_score,
)


def inside(n: int, outside: int) -> np.ndarray:
    """That many outcomes, of which the first few lie outside."""
    return np.arange(n) >= outside


@pytest.mark.parametrize(
    ("level", "n", "low", "high"),
    [
        (0.99, 255, None, 6),
        (0.99, 510, 2, 10),
        (0.99, 1000, 5, 16),
        (0.95, 255, 7, 20),
        (0.95, 1000, 38, 64),
        (0.90, 255, 17, 35),
        (0.90, 1000, 82, 119),
    ],
)
def test_kupiec_does_not_reject_in_the_published_regions(level: float, n: int, low: int | None, high: int) -> None:
    """Kupiec's (1995) table of non-rejection at 5 %: the least and the largest number of exceptions."""
    accepted = [x for x in range(n) if kupiec(inside(n, x), level=level).p_value > 0.05]

    assert accepted[-1] == high
    assert accepted[0] == (0 if low is None else low) or low is None


def test_kupiec_by_hand() -> None:
    """7 of 20 outside a 90 % interval: the likelihoods of the binomial."""
    found = kupiec(inside(20, 7), level=0.9)

    ratio = 2 * (stats.binom.logpmf(7, 20, 7 / 20) - stats.binom.logpmf(7, 20, 0.1))
    assert (found.statistic, found.p_value) == pytest.approx((ratio, stats.chi2.sf(ratio, 1)), abs=1e-12)


def test_independence_by_hand() -> None:
    """Transitions counted one by one; the joint test is the sum given the first outcome."""
    hits = np.array([1, 1, 0, 0, 1, 1, 1, 0, 1, 1], dtype=bool)

    found = christoffersen_independence(hits)

    # Nine transitions: inside to inside 4, inside to outside 2, outside to inside 2, outside to outside 1.
    free = 4 * math.log(4 / 6) + 2 * math.log(2 / 6) + 2 * math.log(2 / 3) + math.log(1 / 3)
    restricted = 6 * math.log(6 / 9) + 3 * math.log(3 / 9)
    assert found.statistic == pytest.approx(2 * (free - restricted), abs=1e-12)
    joint = christoffersen(hits, level=0.9)
    assert joint.statistic == pytest.approx(found.statistic + kupiec(hits[1:], level=0.9).statistic, abs=1e-12)
    assert joint.p_value == pytest.approx(stats.chi2.sf(joint.statistic, 2), abs=1e-12)


def test_clustered_misses_are_found() -> None:
    """The right share in one lump: Kupiec is content, Christoffersen is not."""
    hits = inside(500, 50)

    assert kupiec(hits, level=0.9).p_value > 0.9
    assert christoffersen_independence(hits).p_value < 1e-6
    assert christoffersen(hits, level=0.9).p_value < 1e-6


def test_overlapping_outcomes_are_judged_one_in_horizon() -> None:
    """The p-values of the interleaved series, combined as Liu and Xie do: by their Cauchy deviates."""
    hits = np.random.default_rng(0).random(300) < 0.9

    found = kupiec(hits, level=0.9, horizon=3)

    alone = [kupiec(hits[start::3], level=0.9).p_value for start in range(3)]
    combined = stats.cauchy.sf(np.mean(stats.cauchy.isf(alone)))
    assert found.p_value == pytest.approx(combined, abs=1e-12)
    assert min(alone) < found.p_value < max(alone)


def test_interval_coverage_counts_the_bounds_as_inside() -> None:
    """Rows without an outcome or a bound do not count."""
    found = interval_coverage([0.0, 1.0, 2.0, 3.0, np.nan], [0, 0, 0, 0, 0], [1, 1, 1, np.nan, 1], level=0.9)

    assert (found.n, found.coverage, found.level) == (3, pytest.approx(2 / 3), 0.9)
    assert found.kupiec == kupiec([True, True, False], level=0.9)
    assert found.independence == christoffersen_independence([True, True, False])
    assert found.christoffersen == christoffersen([True, True, False], level=0.9)


def test_undefined_tests_say_why() -> None:
    """No outcome; never outside."""
    assert kupiec([], level=0.9).undefined == "there is no outcome"
    assert christoffersen_independence(np.ones(30)).undefined == "outcomes are never, or always, outside"
    assert math.isnan(christoffersen(np.ones(30), level=0.9).p_value)
    assert kupiec(np.ones(100), level=0.9).p_value < 0.05


def test_impossible_levels_and_horizons_are_refused() -> None:
    """90 is not a share; horizon 0 has no outcome."""
    with pytest.raises(UsageError, match="between 0 and 1"):
        kupiec([True], level=90)
    with pytest.raises(UsageError, match="horizon"):
        kupiec([True], level=0.9, horizon=0)


def test_winkler_by_hand() -> None:
    """Width 2; outside by 1 costs 20 at 90 %."""
    assert winkler_score([0.0, 2.0, np.nan], [-1, -1, -1], [1, 1, 1], level=0.9) == pytest.approx((2 + 22) / 2)
    assert math.isnan(winkler_score([np.nan], [-1], [1], level=0.9))


def test_pinball_by_hand() -> None:
    """Below the 0.9 quantile costs a ninth of above."""
    assert pinball_loss([1.0, -1.0], [0.0, 0.0], quantile=0.9) == pytest.approx((0.9 + 0.1) / 2)


@given(
    st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 0), st.floats(0, 5)), min_size=1, max_size=20),
    st.floats(0.1, 0.95),
)
def test_winkler_is_the_pinball_loss_of_both_bounds(rows: list[tuple[float, float, float]], level: float) -> None:
    """2/α times their sum (Gneiting and Raftery 2007, section 6.2)."""
    y, low, high = np.array(rows).T
    alpha = 1 - level

    bounds = pinball_loss(y, low, quantile=alpha / 2) + pinball_loss(y, high, quantile=1 - alpha / 2)

    assert winkler_score(y, low, high, level=level) == pytest.approx(2 / alpha * bounds, rel=1e-9, abs=1e-9)


def test_scores_are_least_for_the_true_bounds() -> None:
    """Of the normal, against narrower and wider ones."""
    y = np.random.default_rng(0).standard_normal(20_000)
    scores = {
        half: winkler_score(y, np.full(20_000, -half), np.full(20_000, half), level=0.9) for half in (1.3, 1.645, 2.0)
    }

    assert min(scores, key=lambda half: scores[half]) == 1.645
