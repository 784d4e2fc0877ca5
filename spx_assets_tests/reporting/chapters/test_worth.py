"""The chapter on economic value, in words."""

from __future__ import annotations

from dataclasses import replace

from spx_assets.reporting import Findings
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.chapters.worth import USUAL_COST_BP, answer


def test_a_gain_that_may_be_nothing_is_said_so(made: Findings) -> None:
    """Every gain at the usual cost is in the sentence."""
    assert not isinstance(made.worth, Absent)
    low = replace(made.worth, rows=tuple(replace(row, gain_low=-0.01, gain_high=0.01) for row in made.worth.rows))
    said = answer(low)
    assert said.startswith(
        "At 5 bp a trade the gain over the historical mean, a year, is indistinguishable from zero at 1 s"
    )
    assert said.count(" %)") == 3


def test_a_gain_and_a_loss_with_their_whole_interval_are_named(made: Findings) -> None:
    """At the usual cost, and only there: a loss that is told from nothing is not called open."""
    assert not isinstance(made.worth, Absent)
    intervals = {1: (-0.02, -0.01), 5: (-0.01, 0.01), 21: (0.01, 0.02)}
    rows = tuple(
        replace(row, gain=0.005, gain_low=intervals[row.horizon][0], gain_high=intervals[row.horizon][1])
        for row in made.worth.rows
        if row.cost_bp == USUAL_COST_BP
    )
    assert answer(replace(made.worth, rows=rows)) == (
        "At 5 bp a trade the gain over the historical mean, a year, is above zero with its whole interval at "
        "21 sessions (+0.50 %); a loss with its whole interval below zero at 1 session (+0.50 %); "
        "indistinguishable from zero at 5 sessions (+0.50 %)."
    )
