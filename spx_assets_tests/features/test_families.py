"""Families: on with their series, off with a reason, and never the cause of a silently shorter sample."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spx_assets import features, market
from spx_assets_tests.features import synthetic

LONGER = {
    "volatility term structure": ["vix_term_structure"],
    "term spread": ["term_spread", "term_spread_change_66"],
    "unemployment": ["unemployment_gap"],
    "claims": ["initial_claims_change_13"],
}


@pytest.fixture(scope="module")
def longer(observations: pd.DataFrame) -> pd.DataFrame:
    """The embedded observations with every series of the longer catalogue."""
    return pd.concat([observations, synthetic.longer_catalogue()], ignore_index=True)


def _row(assembly: features.Assembly, family: str) -> dict[str, object]:
    (row,) = assembly.families[assembly.families["family"] == family].to_dict("records")
    return row


def test_the_embedded_data_has_the_founding_families_only(observations: pd.DataFrame) -> None:
    """Each family that is off names the series it waits for."""
    assembly = features.assemble(observations)

    on = assembly.families.loc[assembly.families["on"], "family"].tolist()
    assert [name for name, family in features.FAMILIES.items() if family.is_founding] == on
    assert _row(assembly, "term spread")["why"] == "no treasury_10y, treasury_3m"
    assert assembly.begins_with == "implied volatility"


def test_families_switch_on_with_their_series(longer: pd.DataFrame, cleaned: pd.DataFrame) -> None:
    """With the longer catalogue present all are on, no session is lost, and the other features are as before."""
    assembly = features.assemble(longer)

    assert assembly.families["on"].all()
    assert set(features.feature_names(assembly.cleaned)) == set(features.FEATURES)
    pd.testing.assert_frame_equal(cleaned, assembly.cleaned[cleaned.columns], check_exact=True)
    features.validated(assembly.cleaned)


@pytest.mark.parametrize("family", LONGER)
def test_a_short_series_never_cuts_the_sample(family: str, longer: pd.DataFrame, cleaned: pd.DataFrame) -> None:
    """A family that begins two years into the sample stays off, and the table says how many sessions it would cost."""
    (series, *_) = [name for name in features.FAMILIES[family].series if name != "vix_close"]
    short = longer[(longer["series"] != series) | (longer["date"] >= "2016-06-01")]

    assembly = features.assemble(short)

    assert cleaned.index.equals(assembly.cleaned.index)
    assert not set(LONGER[family]) & set(assembly.cleaned.columns)
    assert "would shorten the sample by its first" in str(_row(assembly, family)["why"])


def test_a_family_that_begins_within_a_year_joins(longer: pd.DataFrame, cleaned: pd.DataFrame) -> None:
    """A few months are no reason to leave a family out; `sample begins with` names it."""
    later = longer[(longer["series"] != "vix3m_close") | (longer["date"] >= "2014-09-02")]

    assembly = features.assemble(later)

    assert _row(assembly, "volatility term structure")["on"]
    assert assembly.begins_with == "volatility term structure"
    assert assembly.cleaned.index[0] == pd.Timestamp("2014-09-03") > cleaned.index[0]


def test_a_series_that_stopped_never_ends_the_sample(longer: pd.DataFrame, cleaned: pd.DataFrame) -> None:
    """A family without a value on the last session is off, and says so."""
    stopped = longer[(longer["series"] != "initial_claims") | (longer["date"] < "2018-03-01")]

    assembly = features.assemble(stopped)

    assert cleaned.index.equals(assembly.cleaned.index)
    assert _row(assembly, "claims")["why"] == "it has no value on the last session, 2018-12-31"


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(min_value=0, max_value=1089), first=st.sampled_from(["2012-01-03", "2014-09-02"]))
def test_what_is_on_for_a_row_was_on_then(longer: pd.DataFrame, position: int, first: str) -> None:
    """build(observations known by t).loc[t] == build(all).loc[t], with families that joined at different times."""
    history = longer[(longer["series"] != "vix3m_close") | (longer["date"] >= first)]
    full = features.build(history)
    names = list(features.feature_names(full))
    session = full.index[position]
    instant = market.decision_times(pd.DatetimeIndex([session]))[0]

    then = features.build(history[history["known_at"] <= instant])

    assert full.loc[session, names].tolist() == then.loc[session, names].tolist()
