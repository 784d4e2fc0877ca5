"""The plain word on skill."""

from __future__ import annotations

from typing import Any

import pytest

from spx_assets.forecasting.skill import NO_SKILL, corrected_p, has_skill, skill_statement


def row(model: str, r2_os: float, p: float) -> dict[str, Any]:
    """A row of the scoreboard."""
    return {"model": model, "n": 1234, "r2_os": r2_os, "clark_west_p": p}


def test_the_mean_is_said_to_have_no_skill() -> None:
    """Verbatim, with what was tried."""
    expected = (
        "1 session ahead: no skill over the historical mean, which is deployed; the best candidate is ridge, "
        "with an out-of-sample R² of −0.12 % over 1,234 forecasts (Clark–West p = 0.43)."
    )

    assert skill_statement(1, "historical_mean", row("ridge", -0.0012, 0.43)) == expected
    assert "nothing else was tried" in skill_statement(1, "historical_mean", row("historical_mean", 0.0, float("nan")))


def test_a_gain_that_chance_explains_is_not_called_skill() -> None:
    """Ahead, but p ≥ 0.05."""
    statement = skill_statement(5, "ridge", row("ridge", 0.0015, 0.21))

    assert statement == (
        "5 sessions ahead: deployed is ridge, with an out-of-sample R² of +0.15 % over 1,234 forecasts "
        "(Clark–West p = 0.21); its gain over the historical mean is not statistically distinguishable from no skill."
    )


def test_a_gain_beyond_chance_is_said_as_such() -> None:
    """And nothing more."""
    statement = skill_statement(5, "ridge", row("ridge", 0.0015, 0.004))

    assert statement.endswith("a gain over the historical mean that chance would rarely give.")
    assert NO_SKILL not in statement


def test_the_best_of_several_is_judged_as_such() -> None:
    """A p-value that would do for one trial does not do for six, and the sentence counts them."""
    several = row("ridge", 0.0015, 0.02) | {"trials": 6}

    assert has_skill("ridge", row("ridge", 0.0015, 0.02))
    assert not has_skill("ridge", several)
    assert corrected_p(several) == pytest.approx(0.12)
    assert corrected_p(row("ridge", 0.0, 0.4) | {"trials": 6}) == 1.0
    assert skill_statement(5, "ridge", several).endswith(
        "not statistically distinguishable from no skill, the best of 6 trials: p = 0.12 corrected for them."
    )
    assert "the best of 6 trials is ridge" in skill_statement(5, "historical_mean", several)
    assert "p = 0.01 corrected" in skill_statement(5, "ridge", row("ridge", 0.01, 0.002) | {"trials": 6})


@pytest.mark.parametrize(
    ("chosen", "r2_os", "p", "expected"),
    [
        ("ridge", 0.01, 0.04, True),
        ("ridge", 0.01, 0.05, False),
        ("ridge", -0.01, 0.01, False),
        ("ridge", 0.01, float("nan"), False),
        ("historical_mean", 0.0, float("nan"), False),
    ],
)
def test_skill_needs_a_gain_and_a_small_p(chosen: str, r2_os: float, p: float, *, expected: bool) -> None:
    """The mean itself never has skill over itself."""
    assert has_skill(chosen, row(chosen, r2_os, p)) is expected
