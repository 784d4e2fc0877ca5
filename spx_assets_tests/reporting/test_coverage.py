"""What data there are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spx_assets.reporting.absent import Absent
from spx_assets.reporting.coverage import SeriesCoverage, data_coverage
from spx_assets_tests.reporting import synthetic


def _by_name(observations: pd.DataFrame) -> dict[str, SeriesCoverage]:
    found = data_coverage(observations)
    assert not isinstance(found, Absent)
    return {one.name: one for one in found}


def test_counts_and_dates_are_those_of_the_table() -> None:
    """First, last and number of dates; a second value for a date counts as a revision, not as a date."""
    close = _by_name(synthetic.observations(300))["spx_close"]
    index = synthetic.sessions(300)
    assert (close.first, close.last) == (index[0].date(), index[-1].date())
    assert (close.dates, close.revisions, close.sources) == (300, 1, 1)


def test_the_largest_revision_is_over_the_value_before() -> None:
    """The synthetic close was once revised to 2,000; what never changed has none."""
    found = _by_name(synthetic.observations(300))
    before = synthetic.closes(300).iloc[5]
    assert found["spx_close"].largest_revision == pytest.approx(abs(2000.0 / before - 1))
    assert np.isnan(found["wti"].largest_revision)
    assert (found["wti"].gaps, found["spx_close"].gaps) == (1, 0)


def test_gaps_split_runs_and_weekends_do_not() -> None:
    """A month without prints is a gap; weekends and the rhythm of monthly series are not."""
    found = _by_name(synthetic.observations(300))
    assert len(found["wti"].runs) == 2
    assert len(found["spx_close"].runs) == 1
    assert len(found["core_cpi"].runs) == 1


def test_what_a_series_lacks_is_counted_by_its_rhythm() -> None:
    """Days on which the index closed, months between first and last; without closes nobody knows the days."""
    observations = synthetic.observations(300)
    months = observations["series"].eq("core_cpi") & observations["date"].isin(["2012-03-01", "2012-07-01"])
    found = _by_name(observations[~months])
    assert (found["spx_close"].missing, found["wti"].missing) == (0, 50)
    assert (found["core_cpi"].missing, found["aaa_yield"].missing) == (2, 0)
    assert _by_name(observations[observations["series"] != "spx_close"])["wti"].missing is None


def test_series_stand_in_the_order_of_the_catalogue() -> None:
    """The order is the catalogue's, and unknown series come last."""
    observations = synthetic.observations(100)
    extra = observations.iloc[:3].assign(series="aardvark")
    names = list(_by_name(pd.concat([observations, extra])))
    assert names.index("spx_close") < names.index("vix_close") < names.index("wti")
    assert names[-1] == "aardvark"


def test_a_single_observation_is_a_run() -> None:
    """One date is a run from itself to itself."""
    one = _by_name(synthetic.observations(100).iloc[:1])
    (only,) = one.values()
    np.testing.assert_array_equal(only.runs[0], [np.datetime64(only.first), np.datetime64(only.last)])


def test_no_observations_leave_a_sentence() -> None:
    """An empty table is a sentence."""
    assert isinstance(data_coverage(synthetic.observations(50).iloc[:0]), Absent)
