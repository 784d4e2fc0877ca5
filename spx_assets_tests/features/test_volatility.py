"""Features of variance, against their published formulas."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spx_assets import features
from spx_assets_tests.features import synthetic


def _values(observations: pd.DataFrame, name: str) -> pd.Series:
    return observations[observations["series"] == name].set_index("date")["value"]


def test_parkinson_by_its_formula(observations: pd.DataFrame, cleaned: pd.DataFrame) -> None:
    """sqrt(mean(log(H/L)^2) / (4 log 2)) over 22 sessions."""
    session = cleaned.index[700]
    high = _values(observations, "spx_high")[:session].to_numpy()[-22:]
    low = _values(observations, "spx_low")[:session].to_numpy()[-22:]

    expected = np.sqrt((np.log(high / low) ** 2).mean() / (4 * np.log(2)))

    assert np.isclose(expected, cleaned.loc[session, "parkinson_volatility_22"], rtol=1e-10)


def test_realized_volatility_and_downside_share(observations: pd.DataFrame, cleaned: pd.DataFrame) -> None:
    """Root mean squared return; the share of its square that came from falls."""
    session = cleaned.index[40]
    returns = np.diff(np.log(_values(observations, "spx_close")[:session].to_numpy()))[-22:]

    expected = np.sqrt((returns**2).mean()), (np.minimum(returns, 0) ** 2).sum() / (returns**2).sum()

    actual = cleaned.loc[session, ["realized_volatility_22", "downside_share_22"]].astype(float)
    np.testing.assert_allclose(expected, actual.to_numpy(), rtol=1e-9)


def test_variance_risk_premium_is_implied_less_realised(cleaned: pd.DataFrame) -> None:
    """(VIX / 100)^2 less 252 times the realised variance per session."""
    expected = (cleaned["vix_level"] / 100) ** 2 - 252 * cleaned["realized_volatility_22"] ** 2

    np.testing.assert_allclose(expected, cleaned["variance_risk_premium"], rtol=0, atol=1e-15)


def test_vix_zscore_by_its_definition(observations: pd.DataFrame, cleaned: pd.DataFrame) -> None:
    """The last known print against the mean and deviation of the last 63 prints."""
    session = cleaned.index[200]
    vix = _values(observations, "vix_close")
    known = vix[vix.index < session].to_numpy()[-63:]

    expected = (known[-1] - known.mean()) / known.std(ddof=1)

    assert np.isclose(expected, cleaned.loc[session, "vix_zscore_63"], rtol=1e-9)


def test_the_term_structure_is_of_the_day_before(observations: pd.DataFrame) -> None:
    """Both indices are struck at 16:15, after the decision: the session after is the first to know their ratio."""
    vix3m = synthetic.daily("vix3m_close", "2012-01-03", level=16.0)
    built = features.build(pd.concat([observations, vix3m], ignore_index=True))
    session, following = built.index[100], built.index[101]

    expected = np.log(_values(vix3m, "vix3m_close")[session] / _values(observations, "vix_close")[session])

    assert np.isclose(expected, built.loc[following, "vix_term_structure"], rtol=1e-12)
