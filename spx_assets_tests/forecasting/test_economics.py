"""What forecasts are worth: by hand; the published figures stand in test_replication."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from spx_assets.errors import UsageError
from spx_assets.forecasting import (
    certainty_equivalent,
    certainty_equivalent_gain,
    deflated_sharpe_ratio,
    economic_value,
    market_timing,
    sharpe_ratio,
)
from spx_assets_tests.forecasting.conftest import Made

Y = np.array([0.10, -0.05, 0.02])
F = np.array([0.02, 0.08, -0.01])
V = np.full(3, 0.01)


def test_a_portfolio_by_hand() -> None:
    """Weights 0.4, 1.5 (1.6 cut) and 0 (−0.2 cut); the last position is not closed."""
    held = market_timing(Y, F, V, risk_free=0.01, cost_bp=10)

    np.testing.assert_allclose(held.weights, [0.4, 1.5, 0.0])
    gross = 0.01 + held.weights * Y
    drifted = held.weights * (1.01 + Y) / (1 + gross)
    np.testing.assert_allclose(held.turnover, [1.5 - drifted[0], drifted[1], 0.0])
    np.testing.assert_allclose(held.returns, (1 + gross) * (1 - 0.001 * held.turnover) - 1)
    np.testing.assert_allclose(held.excess, held.returns - 0.01)


def test_certainty_equivalents_by_hand() -> None:
    """Mean less half of risk aversion times variance, a year of twelve."""
    found = certainty_equivalent([0.01, 0.03, np.nan], risk_aversion=3, periods_per_year=12)

    assert found == pytest.approx(12 * (0.02 - 1.5 * 0.0002))
    assert math.isnan(certainty_equivalent([0.01]))


def test_the_gain_is_the_difference_of_two_investors() -> None:
    """None for the benchmark itself; costs take from who trades more."""
    benchmark = np.full(3, 0.03)

    gains = [certainty_equivalent_gain(Y, F, benchmark, V, cost_bp=cost) for cost in (0, 10)]

    worth = [certainty_equivalent(market_timing(Y, each, V).returns) for each in (F, benchmark)]
    assert gains[0] == worth[0] - worth[1]
    assert gains[1] < gains[0]
    assert certainty_equivalent_gain(Y, benchmark, benchmark, V) == 0


def test_impossible_investors_are_refused() -> None:
    """No fear of risk, negative costs, no variance, half a level."""
    with pytest.raises(UsageError, match="risk aversion"):
        market_timing(Y, F, V, risk_aversion=0)
    with pytest.raises(UsageError, match="costs"):
        market_timing(Y, F, V, cost_bp=-1)
    with pytest.raises(UsageError, match="Variances"):
        market_timing(Y, F, V * 0)
    with pytest.raises(UsageError, match="level"):
        economic_value(pd.DataFrame(), level=90)


def test_the_table_has_a_row_per_horizon_model_and_cost(skilled: Made) -> None:
    """In the order of the evaluation; overlapping outcomes are taken once in `horizon`."""
    table = economic_value(skilled.evaluation, replications=50)

    assert len(table) == 2 * 3 * 4
    assert [0, 1, 5, 10] == table["cost_bp"].iloc[:4].tolist()
    known = skilled.rows(5, "ols")["realised"].iloc[::5].notna().sum()
    assert known == table.query("horizon == 5 and model == 'ols'")["periods"].iloc[0]


def test_the_table_by_its_parts(skilled: Made) -> None:
    """One row made again from the functions it is made of: log returns become simple ones."""
    row = (
        economic_value(skilled.evaluation, costs_bp=(5,), replications=50)
        .set_index(["horizon", "model"])
        .loc[(1, "ols")]
    )
    rows = skilled.rows(1, "ols").dropna(subset=["realised"])
    variance = rows["scale"] ** 2
    y, f, b = np.expm1(rows["realised"]), *(np.expm1(rows[name] + variance / 2) for name in ("forecast", "benchmark"))

    held = market_timing(y, f, variance, cost_bp=5)

    gain = certainty_equivalent_gain(y, f, b, variance, cost_bp=5, periods_per_year=252)
    assert row["ce_gain"] == pytest.approx(gain, abs=1e-12)
    assert row["sharpe"] == pytest.approx(sharpe_ratio(held.returns, periods_per_year=252), abs=1e-12)
    assert row["turnover"] == pytest.approx(252 * held.turnover.mean(), abs=1e-12)
    assert row["deflated_sharpe"] == pytest.approx(deflated_sharpe_ratio(held.returns, trials=6), abs=1e-12)


def test_planted_skill_is_worth_money_and_costs_eat_it(skilled: Made) -> None:
    """The interval of the gain lies above zero; it falls as costs rise; the historical mean gains nothing."""
    table = economic_value(skilled.evaluation, replications=200)
    ols = table.query("horizon == 1 and model == 'ols'")
    mean = table.query("horizon == 1 and model == 'historical_mean'")

    assert ols["ce_gain_lower"].iloc[0] > 0
    assert ols["ce_gain"].is_monotonic_decreasing
    assert (ols["ce_gain_lower"] < ols["ce_gain"]).all()
    assert (ols["ce_gain"] < ols["ce_gain_upper"]).all()
    assert ((ols["sharpe_lower"] < ols["sharpe"]) & (ols["sharpe"] < ols["sharpe_upper"])).all()
    assert mean["ce_gain"].abs().max() == 0


def test_equal_tables_give_equal_numbers(no_skill: Made) -> None:
    """The bootstrap is seeded."""
    first, again = (economic_value(no_skill.evaluation, replications=50) for _ in range(2))

    pd.testing.assert_frame_equal(first, again, check_exact=True)


def test_too_few_periods_have_no_interval(no_skill: Made) -> None:
    """A figure perhaps, but no interval: nothing to resample."""
    few = no_skill.rows(1, "ols").head(10)

    row = economic_value(few, costs_bp=(0,)).iloc[0]

    assert math.isnan(row["ce_gain_lower"])
    assert not math.isnan(row["ce_gain"])
