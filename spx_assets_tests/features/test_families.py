"""Families: on with their series, off with a reason, and never the cause of a silently shorter sample."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spx_assets import features, market
from spx_assets.errors import UsageError
from spx_assets.features.point_in_time import Sessions
from spx_assets.settings import EXCLUDABLE_FAMILIES
from spx_assets_tests.features import synthetic
from spx_assets_tests.features.synthetic import since_until

SESSIONS = Sessions(pd.DatetimeIndex(["2018-12-31"]), pd.DatetimeIndex(["2018-12-31 21:00"]))
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
    assert assembly.sample["begins_with"] == {
        "family": "implied volatility",
        "series": "vix_close",
        "first": "2014-01-03",
    }


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
    assert assembly.sample["begins_with"]["family"] == "volatility term structure"
    assert assembly.cleaned.index[0] == pd.Timestamp("2014-09-03") > cleaned.index[0]


def test_a_series_that_stopped_never_ends_the_sample(longer: pd.DataFrame, cleaned: pd.DataFrame) -> None:
    """A family without a value on the last session is off, and says so."""
    stopped = longer[(longer["series"] != "initial_claims") | (longer["date"] < "2018-03-01")]

    assembly = features.assemble(stopped)

    assert cleaned.index.equals(assembly.cleaned.index)
    assert _row(assembly, "claims")["why"] == "initial_claims ends on 2018-02-24"


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


# A series of each founding family that can stop, and a feature of it.
FOUNDING = {
    "range volatility": ("spx_low", "parkinson_volatility_22"),
    "volume": ("spx_volume", "volume_ratio_22"),
    "implied volatility": ("vix_close", "vix_level"),
    "credit": ("aaa_yield", "default_spread"),
    "inflation": ("core_cpi", "core_inflation_yoy"),
    "oil": ("wti", "oil_return_22"),
}


def _record(assembly: features.Assembly, family: str) -> dict[str, object]:
    (record,) = [each for each in assembly.sample["families"] if each["family"] == family]
    return dict(record)


@pytest.mark.parametrize("family", FOUNDING)
def test_a_founding_family_that_stopped_stands_aside(family: str, observations: pd.DataFrame) -> None:
    """Rows go on to the last close without it; the record says since when and which series ended, and nothing leaks."""
    series, feature = FOUNDING[family]
    stopped = since_until(observations, series, last="2018-03-15")

    assembly = features.assemble(stopped)

    assert assembly.cleaned.index[-1] == pd.Timestamp("2018-12-31")
    assert feature not in assembly.cleaned
    assert assembly.cleaned.iloc[-1].filter(regex="^(?!target)").notna().all()
    record = _record(assembly, family)
    assert record["status"] == "stopped"
    aside = pd.Timestamp(str(record["stands_aside_since"]))
    assert pd.Timestamp("2018-03-15") < aside < pd.Timestamp("2018-08-15")
    note = f"{family} stands aside since {aside:%Y-%m-%d}: {series} ends on "
    assert [each for each in assembly.sample["notes"] if each.startswith(note)]
    assert features.look_ahead(stopped, assembly.cleaned) == ()


@pytest.mark.parametrize("family", FOUNDING)
def test_a_founding_family_that_begins_late_begins_the_sample(family: str, observations: pd.DataFrame) -> None:
    """It shortens the sample, in plain sight: the record names the family and the series; excluded, it does not."""
    series, _ = FOUNDING[family]
    late = since_until(observations, series, first="2016-06-01")

    assembly, without = features.assemble(late), features.assemble(late, exclude=[family])

    begins = assembly.sample["begins_with"]
    assert (family, series) == (begins["family"], begins["series"])
    assert assembly.cleaned.index[0] > pd.Timestamp("2016-06-01") > without.cleaned.index[0]
    assert begins["first"] in assembly.sample["notes"][0]
    assert f"{family} is excluded by SPX_EXCLUDE_FAMILIES." in without.sample["notes"]
    assert _record(without, family)["status"] == "excluded"


def test_what_cannot_be_excluded_is_said() -> None:
    """Prices are needed by every forecast, and a name that is no family is a mistake."""
    for name, why in (("price", "every forecast needs it"), ("gold", "no such feature family")):
        with pytest.raises(UsageError, match=why):
            features.families.chosen({}, SESSIONS, exclude=[name])


def test_a_family_stands_aside_when_its_history_is_too_short(observations: pd.DataFrame) -> None:
    """Three months of VIX are no z-score of 63 sessions: the sample is that without a VIX, not an empty one."""
    short = since_until(observations, "vix_close", first="2018-11-01")

    assembly = features.assemble(short)

    assert _row(assembly, "implied volatility")["status"] == "too short"
    assert assembly.cleaned.index[-1] == pd.Timestamp("2018-12-31")


def test_every_session_to_the_last_close_is_a_row(observations: pd.DataFrame, cleaned: pd.DataFrame) -> None:
    """A VIX that pauses for a month leaves its columns empty, not its sessions out."""
    paused = observations[
        (observations["series"] != "vix_close") | ~observations["date"].between("2016-06-01", "2016-06-30")
    ]

    built = features.build(paused)

    assert cleaned.index.equals(built.index)
    assert built.loc["2016-06-10":"2016-06-30", "vix_level"].isna().all()
    assert built["return_1"].notna().all()
    assert len(features.complete_rows(built)) < len(built)
    features.validated(built)


def test_the_names_of_the_setting_are_those_of_the_families() -> None:
    """What SPX_EXCLUDE_FAMILIES accepts is every family but those that a forecast cannot do without."""
    assert features.OPTIONAL == EXCLUDABLE_FAMILIES
