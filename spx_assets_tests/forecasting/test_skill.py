"""The skill verdict."""

from __future__ import annotations

from typing import Any

import pytest

from spx_assets.forecasting.skill import NO_SKILL, corrected_p, has_skill, skill_statement


def row(model: str, r2_os: float, p: float) -> dict[str, Any]:
    """A row of the scoreboard."""
    return {"model": model, "n": 1234, "r2_os": r2_os, "clark_west_p": p}


def test_where_the_mean_is_used_the_closest_candidate_is_named() -> None:
    """Verbatim, with how many were tried."""
    closest = row("ridge", -0.0012, 0.43)
    tried = "; the only candidate was ridge (out-of-sample R² −0.12 % over 1,234 forecasts, p = 0.43)"
    used = "1 session ahead: no candidate beat the historical mean, so the historical mean is used"

    assert skill_statement(1, "historical_mean", closest) == f"{used}{tried}."
    assert "; the closest of 6 was ridge (" in skill_statement(1, "historical_mean", closest | {"trials": 6})
    assert skill_statement(1, "historical_mean", row("historical_mean", 0.0, float("nan"))) == f"{used}."


def test_a_gain_that_chance_explains_is_not_called_significant() -> None:
    """Verbatim: p is 0.05 or more."""
    assert skill_statement(5, "ridge", row("ridge", 0.0015, 0.21)) == (
        "5 sessions ahead: ridge is deployed; its gain over the historical mean is not significant "
        "(out-of-sample R² +0.15 % over 1,234 forecasts, p = 0.21)."
    )


def test_a_gain_beyond_chance_is_called_significant() -> None:
    """And nothing more."""
    statement = skill_statement(5, "ridge", row("ridge", 0.0015, 0.004))

    assert "ridge is deployed; its gain over the historical mean is significant (" in statement
    assert NO_SKILL not in statement


def test_too_few_outcomes_are_not_tested() -> None:
    """No p-value is shown, and no gain is called significant."""
    few = row("ridge", 0.0015, float("nan")) | {"n": 34}

    assert "is not tested: fewer than 60 outcomes (" in skill_statement(21, "ridge", few)
    assert "not tested: fewer than 60 outcomes)" in skill_statement(21, "historical_mean", few)
    assert not has_skill("ridge", few)


def test_the_best_of_several_is_judged_as_such() -> None:
    """A p-value that would do for one trial does not do for six, and the sentence counts them."""
    several = row("ridge", 0.0015, 0.02) | {"trials": 6}

    assert has_skill("ridge", row("ridge", 0.0015, 0.02))
    assert not has_skill("ridge", several)
    assert corrected_p(several) == pytest.approx(0.12)
    assert corrected_p(row("ridge", 0.0, 0.4) | {"trials": 6}) == 1.0
    assert skill_statement(5, "ridge", several).endswith("p = 0.12 after correcting for 6 candidates).")


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
