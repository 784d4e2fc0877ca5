"""Planted leaks of features, targets and release dates: each is found without the forecasts being looked at."""

from __future__ import annotations

from functools import partial

import pandas as pd
import pytest

from spx_assets.forecasting import feature_audit
from spx_assets.forecasting.audit_features import Source, feature_truncation, target_timing, warm_up
from spx_assets.market.calendar import CLOSE
from spx_assets_tests.forecasting.leaks import BUILDERS, SOURCES, honest_build, revised

# The examination that is there for a leak, where it is not the rebuilding from what a session knew.
SEEN_BY = {
    "target of today": target_timing,
    "filled target": target_timing,
    "memory of the whole past": warm_up,
    "window filled short": warm_up,
}


@pytest.fixture(scope="module")
def vintages(observations: pd.DataFrame) -> pd.DataFrame:
    """The embedded observations since 2011, with revisions among them."""
    return revised(observations[observations["date"] >= "2011-01-01"])


@pytest.mark.parametrize("leak", BUILDERS)
def test_every_leak_of_features_and_targets_is_found(leak: str, vintages: pd.DataFrame) -> None:
    """By the examination that is there for it."""
    source = Source(vintages, BUILDERS[leak], CLOSE)
    examine = SEEN_BY.get(leak, partial(feature_truncation, sessions=8))

    assert not examine(source, source.build(vintages)).passed


@pytest.mark.parametrize("leak", SOURCES)
def test_every_impossible_release_is_found(leak: str, vintages: pd.DataFrame) -> None:
    """Truncation cannot see a wrong `known_at`; the calendar of releases can."""
    observations = SOURCES[leak](vintages)

    found = feature_audit(observations, honest_build(observations), build=honest_build, sessions=8)

    assert [each.name for each in found.examinations if not each.passed] == ["known_at"]
