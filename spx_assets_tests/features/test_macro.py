"""Features of monthly and weekly publications: right by formula, and not before their day."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spx_assets import features
from spx_assets_tests.features import synthetic


@pytest.fixture(scope="module")
def longer(observations: pd.DataFrame) -> pd.DataFrame:
    """`cleaned_data` with the series of the longer catalogue."""
    return features.build(pd.concat([observations, synthetic.longer_catalogue()], ignore_index=True))


def _values(observations: pd.DataFrame, name: str) -> pd.Series:
    return observations[observations["series"] == name].set_index("date")["value"]


def test_core_inflation_waits_for_its_release(observations: pd.DataFrame, cleaned: pd.DataFrame) -> None:
    """In mid-June the newest core CPI is April's: May's comes thirty days after the month's end at the earliest."""
    cpi = _values(observations, "core_cpi")

    expected = 100 * (cpi["2016-04-01"] / cpi["2015-04-01"] - 1)

    assert np.isclose(expected, cleaned.loc["2016-06-15", "core_inflation_yoy"], rtol=1e-12)


def test_default_spread_is_last_months_average(observations: pd.DataFrame, cleaned: pd.DataFrame) -> None:
    """Moody's monthly average of March is used in April, not in March."""
    spread = _values(observations, "baa_yield") - _values(observations, "aaa_yield")

    assert np.isclose(spread["2016-02-01"], cleaned.loc["2016-03-31", "default_spread"], rtol=1e-12)
    assert np.isclose(spread["2016-03-01"], cleaned.loc["2016-04-29", "default_spread"], rtol=1e-12)


def test_oil_is_at_least_a_week_old(observations: pd.DataFrame, cleaned: pd.DataFrame) -> None:
    """A price counts as known in the evening of its eighth day, so the decision of the ninth can use it."""
    oil = _values(observations, "wti")
    session = pd.Timestamp("2016-08-31")
    known = oil[: session - pd.Timedelta(days=9)].to_numpy()

    expected = (known[-1] - known[-23]) / np.abs(known[-22:]).mean()

    assert np.isclose(expected, cleaned.loc[session, "oil_return_22"], rtol=1e-9)


def test_the_term_spread_of_a_session_is_the_one_of_the_day_before(longer: pd.DataFrame) -> None:
    """Treasury's yields of a day are published after the close: the next decision is the first to know them."""
    ten, three = (
        synthetic.daily("treasury_10y", "2012-01-03", level=2.5),
        synthetic.daily("treasury_3m", "2012-01-03", level=0.5),
    )
    spread = ten.set_index("date")["value"] - three.set_index("date")["value"]

    assert np.isclose(spread["2016-08-30"], longer.loc["2016-08-31", "term_spread"], rtol=1e-12)
    change = spread["2016-08-30"] - spread[: pd.Timestamp("2016-08-30")].iloc[-67]
    assert np.isclose(change, longer.loc["2016-08-31", "term_spread_change_66"], atol=1e-12)


def test_the_unemployment_gap_is_sahms(longer: pd.DataFrame) -> None:
    """In mid-September the newest month is August: its three-month mean less the lowest of the twelve before."""
    rate = synthetic.monthly("unemployment", "2011-01-01").set_index("date")["value"]
    means = [
        rate[: pd.Timestamp("2016-08-01")].iloc[-3 - k : len(rate[: pd.Timestamp("2016-08-01")]) - k].mean()
        for k in range(13)
    ]

    assert np.isclose(means[0] - min(means[1:]), longer.loc["2016-09-20", "unemployment_gap"], atol=1e-12)


def test_claims_wait_for_the_week_after(longer: pd.DataFrame) -> None:
    """The week that ended on Saturday the 20th is out by Friday the 26th; the change is over thirteen weeks."""
    claims = synthetic.weekly("initial_claims", "2012-01-07").set_index("date")["value"]
    known = claims[: pd.Timestamp("2016-08-20")]

    expected = np.log(known.iloc[-4:].mean() / known.iloc[-17:-13].mean())

    assert np.isclose(expected, longer.loc["2016-08-26", "initial_claims_change_13"], rtol=1e-9)
    assert not np.isclose(expected, longer.loc["2016-08-25", "initial_claims_change_13"], rtol=1e-9)
