"""Mincer–Zarnowitz and Ljung–Box against statsmodels, and undefined where they must be; R's in test_r_statistics."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spx_assets.errors import UsageError
from spx_assets.forecasting import ljung_box, mincer_zarnowitz


@pytest.mark.parametrize("lags", [0, 5])
def test_mincer_zarnowitz_is_that_of_statsmodels(lags: int) -> None:
    """Least squares with Newey–West errors, and the Wald test of intercept 0 and slope 1."""
    import statsmodels.api as sm  # noqa: PLC0415  # slow to import

    random = np.random.default_rng(0)
    f = random.standard_normal(150)
    y = 0.1 + 0.7 * f + random.standard_normal(150)

    found = mincer_zarnowitz(y, f, lags=lags)

    theirs = sm.OLS(y, sm.add_constant(f)).fit(cov_type="HAC", cov_kwds={"maxlags": lags})
    wald = theirs.wald_test((np.eye(2), [0, 1]), scalar=True, use_f=False)
    assert [found.intercept, found.slope] == pytest.approx(theirs.params.tolist(), abs=1e-12)
    assert [found.intercept_error, found.slope_error] == pytest.approx(theirs.bse.tolist(), abs=1e-12)
    assert (found.test.statistic, found.test.p_value) == pytest.approx((wald.statistic, wald.pvalue), abs=1e-10)


def test_a_forecast_of_the_right_size_passes_and_a_doubled_one_fails() -> None:
    """The slope of the doubled one is a half."""
    random = np.random.default_rng(1)
    f = random.standard_normal(2_000)
    y = f + random.standard_normal(2_000)

    assert mincer_zarnowitz(y, f).test.p_value > 0.05
    assert mincer_zarnowitz(y, 2 * f).test.p_value < 1e-6
    assert mincer_zarnowitz(y, 2 * f).slope == pytest.approx(0.5, abs=0.05)


def test_ljung_box_is_that_of_statsmodels() -> None:
    """Over ten lags."""
    from statsmodels.stats.diagnostic import acorr_ljungbox  # noqa: PLC0415  # slow to import

    values = np.cumsum(np.random.default_rng(2).standard_normal(80))

    found = ljung_box(values, lags=10)

    theirs = acorr_ljungbox(values, lags=[10])
    expected = (theirs["lb_stat"].iloc[0], theirs["lb_pvalue"].iloc[0])
    assert (found.statistic, found.p_value) == pytest.approx(expected, rel=1e-10)


def test_undefined_tests_say_why() -> None:
    """A forecast that never changes, a constant, too few."""
    y = np.random.default_rng(0).standard_normal(30)

    assert mincer_zarnowitz(y, np.ones(30)).test.undefined == "the forecast never changes"
    assert mincer_zarnowitz(y[:3], y[:3], lags=2).test.undefined == "3 outcomes are too few"
    assert mincer_zarnowitz(np.arange(9.0), np.arange(9.0)).slope == pytest.approx(1.0)
    assert ljung_box(np.ones(30), lags=2).undefined == "the values do not vary"
    assert math.isnan(ljung_box(y[:2], lags=2).p_value)


def test_impossible_lags_are_refused() -> None:
    """Below none, and none."""
    with pytest.raises(UsageError, match="lags"):
        mincer_zarnowitz([1.0], [1.0], lags=-1)
    with pytest.raises(UsageError, match="lags"):
        ljung_box([1.0], lags=0)
