"""Volatility regimes known at the time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spx_assets.reporting import regimes
from spx_assets.reporting.absent import Absent
from spx_assets_tests.reporting import synthetic


def test_regime_of_a_session_does_not_change_when_later_sessions_come() -> None:
    """A session is classified by the sessions up to it, never by the whole sample."""
    observations, cleaned = synthetic.observations(), synthetic.cleaned()
    whole = regimes.price_regimes(observations, cleaned)
    early = regimes.price_regimes(observations, cleaned.iloc[:400])
    assert isinstance(whole, regimes.PriceRegimes)
    assert isinstance(early, regimes.PriceRegimes)
    np.testing.assert_array_equal(early.regime, whole.regime[:400])


def test_first_half_year_has_no_regime() -> None:
    """Too few sessions for a tercile leave a session unclassified."""
    found = regimes.price_regimes(synthetic.observations(), synthetic.cleaned())
    assert isinstance(found, regimes.PriceRegimes)
    assert set(found.regime[: regimes.FEWEST_SESSIONS - 1]) == {float(regimes.UNCLASSIFIED)}
    assert found.regime[regimes.FEWEST_SESSIONS] >= 0


def test_realised_volatility_stands_in_for_the_vix() -> None:
    """Without a VIX the regimes are told by realised volatility, in per cent per year."""
    cleaned = synthetic.cleaned(vix=False)
    found = regimes.price_regimes(synthetic.observations(vix=False), cleaned)
    assert isinstance(found, regimes.PriceRegimes)
    assert found.measure_name == "realised volatility, 22 sessions"
    np.testing.assert_allclose(found.measure, 100 * np.sqrt(252) * cleaned["realized_volatility_22"])


def test_without_a_measure_a_sentence_stands() -> None:
    """Neither VIX nor realised volatility: no regimes, said so."""
    cleaned = synthetic.cleaned(vix=False).drop(columns="realized_volatility_22")
    found = regimes.price_regimes(synthetic.observations(), cleaned)
    assert isinstance(found, Absent)
    assert "no regimes" in found.sentence


def test_close_is_the_newest_known_value() -> None:
    """A revised close replaces the first one."""
    closes = regimes.closes(synthetic.observations())
    assert closes.iloc[5] == 2000.0
    assert closes.index.is_unique


def test_summary_counts_sessions_and_measures_the_next_return() -> None:
    """Each regime tells how many sessions it had and how far the next session's returns spread."""
    cleaned = synthetic.cleaned()
    found = regimes.price_regimes(synthetic.observations(), cleaned)
    assert isinstance(found, regimes.PriceRegimes)
    turbulent = found.regimes[2]
    within = pd.Series(found.regime == 2.0, index=cleaned.index)
    assert turbulent.sessions == within.sum()
    np.testing.assert_allclose(turbulent.next_deviation, 100 * cleaned.loc[within, "target_1"].std(ddof=0))
