"""The best of several, judged as such."""

from __future__ import annotations

import math

from spx_assets.forecasting.comparison import comparison
from spx_assets.forecasting.trials import Trial
from spx_assets_tests.forecasting.conftest import Made

TRIALS = tuple(Trial(1, name, 150, 1, "f") for name in ("ols", "ridge", "earlier", "earliest"))


def test_planted_skill_is_found_and_the_mean_is_left_out(skilled: Made, no_skill: Made) -> None:
    """Superior ability is proved where it is, and every model stays where it is not."""
    found, nothing = (comparison(made.evaluation, 1) for made in (skilled, no_skill))

    assert found.ability.best in {"ols", "ridge"}
    assert found.p_value < 0.01
    assert "historical_mean" not in found.confidence_set
    assert nothing.p_value > 0.05
    assert "historical_mean" in nothing.confidence_set


def test_earlier_trials_raise_the_p_value(no_skill: Made) -> None:
    """Twice as many trials as are evaluated now, twice the p-value, at most 1."""
    alone, among = (comparison(no_skill.evaluation, 1, trials) for trials in ((), TRIALS))

    assert (alone.tried, among.tried, among.evaluated) == (2, 4, 2)
    assert among.p_value == min(1.0, 2 * alone.ability.p_value)


def test_the_mean_alone_has_nothing_to_be_compared_with(no_skill: Made) -> None:
    """No test, and it is the best of one."""
    found = comparison(no_skill.rows(1, "historical_mean"), 1)

    assert math.isnan(found.p_value)
    assert found.confidence_set == ("historical_mean",)


def test_the_record_says_all_that_a_report_prints(no_skill: Made) -> None:
    """Bounds, outcomes and reason, so that nobody computes them again."""
    found = comparison(no_skill.evaluation, 1)

    record = found.record
    assert record["outcomes"] == no_skill.rows(1, "ridge")["realised"].notna().sum()
    assert record["superior_ability_p_lower"] == found.ability.p_lower
    assert record["superior_ability_p_upper"] == found.ability.p_upper
    assert record["superior_ability_undefined"] == ""
