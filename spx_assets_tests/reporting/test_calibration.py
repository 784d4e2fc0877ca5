"""Coverage of the intervals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from spx_assets.reporting import calibration
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.arrays import numbers
from spx_assets.reporting.out_of_sample import known_rows
from spx_assets_tests.reporting import synthetic

MEAN = dict.fromkeys(synthetic.HORIZONS, "historical_mean")


def test_empirical_coverage_is_the_share_inside() -> None:
    """Counted over forecasts that have bounds and a return."""
    evaluation = synthetic.evaluation(synthetic.cleaned())
    found = calibration.calibration(evaluation, MEAN)
    assert not isinstance(found, Absent)
    rows = known_rows(evaluation, 5, "historical_mean").dropna(subset=["lower_80"])
    place = list(found[1].nominal).index(0.8)
    assert found[1].empirical[place] == rows["realised"].between(rows["lower_80"], rows["upper_80"]).mean()
    assert found[1].forecasts == len(rows)


def test_levels_come_from_the_columns() -> None:
    """Bounds in the table name the levels, rising."""
    assert calibration.levels(synthetic.evaluation(synthetic.cleaned())) == (0.5, 0.8, 0.9, 0.95)


@pytest.mark.parametrize(("inside", "draws"), [(90, 100), (0, 40), (40, 40), (333, 700)])
def test_wilson_bounds_are_those_of_scipy(inside: int, draws: int) -> None:
    """Wilson's interval against scipy's own."""
    expected = binomtest(inside, draws).proportion_ci(0.95, method="wilson")
    low, high = calibration.wilson(numbers([inside / draws]), draws)
    np.testing.assert_allclose([low[0], high[0]], [expected.low, expected.high], atol=1e-12)


def test_bounds_widen_with_the_horizon() -> None:
    """Overlapping returns count as fewer draws."""
    found = calibration.calibration(synthetic.evaluation(synthetic.cleaned()), MEAN)
    assert not isinstance(found, Absent)
    widths = [one.high[0] - one.low[0] for one in found]
    assert widths == sorted(widths)


def test_rolling_coverage_is_the_mean_of_its_window() -> None:
    """The last value is the share inside over the last window of origins."""
    evaluation = synthetic.evaluation(synthetic.cleaned())
    found = calibration.rolling_coverage(evaluation, MEAN)
    assert not isinstance(found, Absent)
    rows = known_rows(evaluation, 1, "historical_mean").iloc[-calibration.WINDOW_ORIGINS :]
    assert found[0].share[-1] == pytest.approx(rows["realised"].between(rows["lower_90"], rows["upper_90"]).mean())


def test_too_few_forecasts_leave_a_sentence() -> None:
    """A short history has no coverage to show, and says so."""
    evaluation = synthetic.evaluation(synthetic.cleaned(320))
    for found in (calibration.calibration(evaluation, MEAN), calibration.rolling_coverage(evaluation, MEAN)):
        assert isinstance(found, Absent)
        assert "Fewer than" in found.sentence


def test_long_histories_are_followed_over_two_years() -> None:
    """Twenty years of forecasts move through a longer window, named in the finding."""
    evaluation = synthetic.evaluation(synthetic.cleaned(5400, horizons=(1,)), horizons=(1,))
    (found,) = calibration.rolling_coverage(evaluation, {1: "ridge"})  # type: ignore[misc] # rows exist
    assert found.window == calibration.LONG_WINDOW_ORIGINS
