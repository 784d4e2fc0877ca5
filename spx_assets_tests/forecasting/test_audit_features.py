"""Planted leaks of features, targets and release dates: each is found without the forecasts being looked at."""

from __future__ import annotations

import pandas as pd
import pytest

from spx_assets.forecasting import LeakageAudit, feature_audit
from spx_assets.forecasting.audit_features import Build
from spx_assets_tests.forecasting.leaks import BUILDERS, SOURCES, honest_build, revised

# The examination that a leak is there for, where another could not see it.
SEEN_BY = {
    "same-day VIX": "feature_truncation",
    "unlagged monthly": "feature_truncation",
    "revised macro": "feature_truncation",
    "target of today": "target_timing",
    "filled target": "target_timing",
    "memory of the whole past": "warm_up",
    "window filled short": "warm_up",
}


@pytest.fixture(scope="module")
def vintages(observations: pd.DataFrame) -> pd.DataFrame:
    """The embedded observations since 2011, with revisions among them."""
    return revised(observations[observations["date"] >= "2011-01-01"])


def audited(observations: pd.DataFrame, build: Build) -> LeakageAudit:
    """The feature examinations of one builder."""
    return feature_audit(observations, build(observations), build=build, sessions=8)


def failed(found: LeakageAudit) -> list[str]:
    """Names of the examinations that found something."""
    return [each.name for each in found.examinations if not each.passed]


@pytest.mark.parametrize("leak", BUILDERS)
def test_every_leak_of_features_and_targets_is_found(leak: str, vintages: pd.DataFrame) -> None:
    """By the examination that is there for it."""
    assert SEEN_BY.get(leak, "feature_truncation") in failed(audited(vintages, BUILDERS[leak]))


@pytest.mark.parametrize("leak", SOURCES)
def test_every_impossible_release_is_found(leak: str, vintages: pd.DataFrame) -> None:
    """Truncation cannot see a wrong `known_at`; the calendar of releases can."""
    assert failed(audited(SOURCES[leak](vintages), honest_build)) == ["known_at"]
