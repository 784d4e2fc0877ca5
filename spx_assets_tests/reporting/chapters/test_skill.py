"""The chapters on skill, in words."""

from __future__ import annotations

from dataclasses import replace

from spx_assets.reporting.chapters.skill import compared, comparison
from spx_assets.reporting.comparison import Comparison, Standing
from spx_assets_tests.reporting import synthetic

LOST = Comparison(
    1, 600, 2, "ridge", 1.0, 1.0, 1.0, "", (Standing("historical_mean", 1.0, True), Standing("ridge", 0.02, False))
)


def test_no_candidate_ahead_is_said_plainly() -> None:
    """Who is left in the set is named."""
    assert compared(LOST) == (
        "1 session ahead: no candidate is ahead of the mean; the data cannot tell 1 of 2 models from the best "
        "(historical mean)."
    )


def test_luck_and_more_than_luck_differ_in_words() -> None:
    """The p-value stands beside both."""
    assert "ahead of the mean by no more than luck explains (p = 0.200)" in compared(replace(LOST, p_value=0.2))
    assert "ahead of the mean by more than luck explains (p = 0.010)" in compared(replace(LOST, p_value=0.01))


def test_an_undefined_test_gives_its_reason() -> None:
    """Twelve outcomes prove nothing."""
    said = compared(replace(LOST, undefined="12 outcomes are too few"))
    assert said == "1 session ahead: no comparison, since 12 outcomes are too few."


def test_nothing_to_compare_is_a_sentence() -> None:
    """The chapter is its heading and the reason."""
    alone = synthetic.evaluation(synthetic.cleaned(400), models=("historical_mean",))
    found = synthetic.make_findings(synthetic.observations(400), synthetic.cleaned(400), alone, {})
    assert [block.text for block in comparison(found, {})] == [  # type: ignore[attr-defined]  # paragraphs
        "Is the best more than luck?",
        "Only the historical mean was evaluated; there is nothing to compare.",
    ]
