"""Features of monthly and weekly publications: right by formula, and not before their day."""

from __future__ import annotations

import numpy as np
import pandas as pd


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
