"""The chapters on skill, in words."""

from __future__ import annotations

import math
from dataclasses import replace

from spx_assets.reporting.chapters.skill import compared, comparison
from spx_assets.reporting.comparison import Comparison, Standing
from spx_assets_tests.reporting import synthetic

LOST = Comparison(
    1,
    600,
    2,
    4,
    "ridge",
    1.0,
    1.0,
    1.0,
    1.0,
    "",
    (Standing("historical_mean", 1.0, True), Standing("ridge", 0.02, False)),
)


def test_no_candidate_ahead_is_said_plainly() -> None:
    """Who is left in the set is named."""
    assert compared(LOST) == (
        "1 session ahead: no candidate is ahead of the mean; the data cannot tell 1 of 2 models from the best "
        "(historical mean)."
    )


def test_luck_and_more_than_luck_differ_in_words() -> None:
    """The p-value of all that was tried stands beside both: the bare one is not what is gone by."""
    luck, more = (compared(replace(LOST, p_value=0.01, p_of_all_tried=p)) for p in (0.2, 0.01))
    assert "ahead of the mean by no more than luck explains (p = 0.200)" in luck
    assert "ahead of the mean by more than luck explains (p = 0.010)" in more


def test_an_undefined_test_gives_its_reason() -> None:
    """Twelve outcomes prove nothing."""
    nothing = replace(LOST, p_value=math.nan)
    said = compared(replace(nothing, undefined="12 outcomes are too few"))
    assert said == "1 session ahead: no comparison, since 12 outcomes are too few."
    assert compared(nothing) == "1 session ahead: no comparison."


def test_nothing_to_compare_is_a_sentence() -> None:
    """The chapter is its heading and the reason."""
    alone = synthetic.evaluation(synthetic.cleaned(400), models=("historical_mean",))
    card = synthetic.card(evaluation=alone)
    found = synthetic.make_findings(synthetic.observations(400), synthetic.cleaned(400), alone, card)
    assert [block.text for block in comparison(found, {})] == [  # type: ignore[attr-defined]  # paragraphs
        "Is the best more than luck?",
        "Only the historical mean was evaluated; there is nothing to compare.",
    ]
