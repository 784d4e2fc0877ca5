"""`build`: the shape of `cleaned_data`, and that no row looks ahead."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spx_assets import features, market
from spx_assets.errors import DataRefused
from spx_assets_tests.features import synthetic


def test_embedded_data_gives_over_1100_sessions_with_complete_features(cleaned: pd.DataFrame) -> None:
    """The embedded data gives five years of rows, 20 to 30 features, none missing."""
    names = list(features.feature_names(cleaned))

    assert len(cleaned) >= 1100
    assert 20 <= len(names) <= 30
    assert not cleaned[names].isna().to_numpy().any()


def test_rows_are_nyse_sessions(cleaned: pd.DataFrame) -> None:
    """Index and column `session` are the exchange's sessions, without a gap."""
    expected = market.calendar.sessions(cleaned.index[0], cleaned.index[-1])

    assert expected.equals(pd.DatetimeIndex(cleaned["session"]))
    assert expected.equals(cleaned.index)


def test_targets_are_returns_ahead_and_missing_at_the_end(observations: pd.DataFrame, cleaned: pd.DataFrame) -> None:
    """`target_h` is log(close[t+h] / close[t]); the last h rows do not have it yet."""
    close = observations[observations["series"] == "spx_close"].set_index("date")["value"]

    for horizon in (1, 5, 21):
        expected = np.log(close.shift(-horizon) / close).reindex(cleaned.index)
        actual = cleaned[features.target_name(horizon)]
        np.testing.assert_allclose(expected.to_numpy(), actual.to_numpy(), rtol=0, atol=1e-15)
        assert actual.isna().sum() == horizon
        assert actual.iloc[-horizon:].isna().all()


@pytest.mark.parametrize("horizon", [1, 5, 21])
def test_the_historical_mean_is_of_every_return_since_the_first_close(
    observations: pd.DataFrame, cleaned: pd.DataFrame, horizon: int
) -> None:
    """Recomputed from the closes alone: at the last session all 5,030 daily returns, not those since 2014."""
    close = observations[observations["series"] == "spx_close"].set_index("date")["value"].sort_index()
    returns = np.log(close.to_numpy()[horizon:] / close.to_numpy()[:-horizon])
    actual = cleaned[features.mean_name(horizon)]

    assert len(close) - 1 == 5030
    assert actual.iloc[-1] == pytest.approx(returns.mean(), rel=1e-10)
    for session in cleaned.index[[0, 500]]:
        known = returns[: close.index.get_loc(session) - horizon + 1]
        assert actual[session] == pytest.approx(known.mean(), rel=1e-10)


def test_every_feature_is_in_the_catalogue_of_features(cleaned: pd.DataFrame) -> None:
    """No column is without unit, range and description."""
    assert set(features.feature_names(cleaned)) <= set(features.FEATURES)


def test_the_vix_of_a_session_enters_at_the_next(observations: pd.DataFrame, cleaned: pd.DataFrame) -> None:
    """The VIX is struck at 16:15, after the 16:00 decision."""
    vix = observations[observations["series"] == "vix_close"].set_index("date")["value"]
    session, following = cleaned.index[100], cleaned.index[101]

    assert vix[session] == cleaned.loc[following, "vix_level"]


def test_a_later_decision_time_knows_the_vix_of_the_session(observations: pd.DataFrame) -> None:
    """Deciding at 16:30 lets the same session's VIX in."""
    later = features.build(observations, decision_time=pd.Timestamp("16:30").time())
    vix = observations[observations["series"] == "vix_close"].set_index("date")["value"]

    assert vix[later.index[100]] == later["vix_level"].iloc[100]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(min_value=0, max_value=1190))
def test_a_row_built_from_what_was_known_is_equal_to_the_bit(
    observations: pd.DataFrame, cleaned: pd.DataFrame, position: int
) -> None:
    """build(observations known by t).loc[t] == build(all observations).loc[t], every feature, exactly."""
    session = cleaned.index[position]
    instant = market.decision_times(pd.DatetimeIndex([session]))[0]
    names = list(features.feature_names(cleaned))

    then = features.build(observations[observations["known_at"] <= instant])

    assert then.index[-1] == session
    assert cleaned.loc[session, names].tolist() == then.loc[session, names].tolist()


def test_as_of_equals_the_same_rows_of_the_full_build(observations: pd.DataFrame, cleaned: pd.DataFrame) -> None:
    """A build as of a date is the full build's rows up to that date, bit for bit."""
    names = ["session", *features.feature_names(cleaned)]

    then = features.build(observations, as_of="2017-06-30")

    pd.testing.assert_frame_equal(cleaned.loc[:"2017-06-30", names], then[names], check_exact=True)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    revised=st.lists(
        st.tuples(
            st.sampled_from(["spx_close", "spx_high", "vix_close", "core_cpi", "baa_yield"]),
            st.integers(min_value=0, max_value=60),
            st.integers(min_value=1, max_value=400),
            st.floats(min_value=1.0005, max_value=1.02),
        ),
        min_size=1,
        max_size=4,
    ),
    looked_at=st.integers(min_value=0, max_value=690),
)
def test_revisions_never_change_what_an_earlier_row_knew(
    observations: pd.DataFrame, revised: list[tuple[str, int, int, float]], looked_at: int
) -> None:
    """With values revised weeks later, each row still equals a build on what it could have known."""
    history = _with_revisions(_recent(observations), revised)
    full = features.build(history)
    session = full.index[min(looked_at, len(full) - 1)]
    instant = market.decision_times(pd.DatetimeIndex([session]))[0]
    names = list(features.feature_names(full))

    then = features.build(history[history["known_at"] <= instant])

    assert full.loc[session, names].tolist() == then.loc[session, names].tolist()


def _recent(observations: pd.DataFrame) -> pd.DataFrame:
    start = {"core_cpi": "2013-01-01", "baa_yield": "2013-01-01", "aaa_yield": "2013-01-01"}
    since = observations["series"].map(start).fillna("2014-12-01").astype("datetime64[ns]")
    return observations[observations["date"] >= since]


def _with_revisions(history: pd.DataFrame, revised: list[tuple[str, int, int, float]]) -> pd.DataFrame:
    rows = []
    for series, place, days_later, factor in revised:
        of_series = history[history["series"] == series]
        row = of_series.iloc[[-(place * 7) % len(of_series)]].copy()
        row["value"] *= factor
        row["known_at"] += pd.Timedelta(days=days_later, minutes=7)
        rows.append(row)
    merged = pd.concat([history, *rows], ignore_index=True)
    return merged.drop_duplicates(["series", "date", "known_at"])


def test_a_revision_is_seen_after_it_and_not_before(observations: pd.DataFrame, cleaned: pd.DataFrame) -> None:
    """A close corrected a month later changes rows from then on, and none before.

    It stands in a mean of 200 sessions until 2016-12-12; what looks back longer has the two changed returns cancel.
    """
    corrected = observations[(observations["series"] == "spx_close") & (observations["date"] == "2016-03-01")].copy()
    corrected["value"] *= 1.01
    corrected["known_at"] = pd.Timestamp("2016-04-01 12:00", tz="UTC")

    revised = features.build(pd.concat([observations, corrected], ignore_index=True))

    names = list(features.feature_names(cleaned))
    differs = (revised[names] != cleaned[names]).any(axis=1)
    assert not differs[:"2016-03-31"].any()
    assert differs["2016-04-01":"2016-12-12"].all()


def test_families_switch_off_without_their_series(observations: pd.DataFrame) -> None:
    """Without the VIX the other features reach back to 2000, and no VIX column appears."""
    without = observations[observations["series"] != "vix_close"]

    built = features.build(without)

    families = features.assemble(without).families.set_index("family")
    assert families.loc["implied volatility", ["on", "why"]].tolist() == [False, "no vix_close"]
    assert not [name for name in built.columns if "vix" in name]
    assert built.index[0] < pd.Timestamp("2000-02-01")


def test_no_closes_are_refused_with_the_way_out(observations: pd.DataFrame) -> None:
    """Observations without the index's close cannot make a row."""
    with pytest.raises(DataRefused, match=r"no spx_close.*sample"):
        features.build(observations[observations["series"] == "vix_close"])


def test_a_history_too_short_for_one_row_is_refused(observations: pd.DataFrame) -> None:
    """A hundred sessions hold no 252-session momentum."""
    with pytest.raises(DataRefused, match="No session has a full set"):
        features.build(observations[observations["date"] >= "2018-08-01"])


def test_a_revision_of_a_month_leaves_earlier_rows_and_mends_later_ones(observations: pd.DataFrame) -> None:
    """Two vintages of core CPI: rows before the second keep the first, rows after it use the second throughout."""
    second = observations[(observations["series"] == "core_cpi") & (observations["date"] >= "2015-01-01")].copy()
    second["value"] *= 1.001
    second["known_at"] = pd.Timestamp("2018-06-01 12:00", tz="UTC")
    second = second[second["date"] <= "2018-03-01"]
    history = pd.concat([observations, second], ignore_index=True)
    before, after = "2018-05-31", "2018-06-01"

    first_only, both = features.build(observations), features.build(history)

    names = list(features.feature_names(both))
    pd.testing.assert_frame_equal(first_only.loc[:before, names], both.loc[:before, names], check_exact=True)
    assert (first_only.loc[after:, "core_inflation_yoy"] != both.loc[after:, "core_inflation_yoy"]).any()
    # April 2018 is out and was not revised; the month a year before it was.
    april = observations[(observations["series"] == "core_cpi") & (observations["date"] == "2018-04-01")][
        "value"
    ].item()
    expected = 100 * (april / second.set_index("date")["value"]["2017-04-01"] - 1)
    assert np.isclose(expected, both.loc[after, "core_inflation_yoy"], rtol=1e-12)


def test_targets_are_missing_in_the_last_rows_whatever_stopped(observations: pd.DataFrame) -> None:
    """Rows end with the last close, also where the VIX ended before it; what comes after is not known."""
    stopped = observations[(observations["series"] != "vix_close") | (observations["date"] < "2018-09-01")]

    built = features.build(stopped)

    assert built.index[-1] == pd.Timestamp("2018-12-31")
    for horizon in (1, 5, 21):
        target = built[features.target_name(horizon)]
        assert target.isna().sum() == target.iloc[-horizon:].isna().sum() == horizon


def test_as_of_1995_uses_no_vix_and_a_row_of_1995_is_the_same_in_any_build() -> None:
    """The VIX of 1995 was computed in 2003: strict as-of is without it, training may use it, nothing looks ahead."""
    history = pd.concat(
        [
            synthetic.daily("spx_close", "1993-01-04", "2004-06-30", level=400.0),
            synthetic.daily("vix_close", "1993-01-04", "2004-06-30", level=20.0),
        ],
        ignore_index=True,
    )
    session = pd.Timestamp("1995-06-30")
    instant = market.decision_times(pd.DatetimeIndex([session]))[0]

    full, strict = features.build(history), features.build(history, as_of="1995-06-30")

    assert not [name for name in strict if "vix" in name or "variance_risk" in name]
    assert "vix_level" in features.build(history, as_of="2003-09-23")
    names = list(features.feature_names(full))
    then = features.build(history[history["known_at"] <= instant])
    assert full.loc[session, names].tolist() == then.loc[session, names].tolist()
    known = [*features.feature_names(strict), *map(features.mean_name, (1, 5, 21))]
    assert full.loc[session, known].tolist() == strict.loc[session, known].tolist()
