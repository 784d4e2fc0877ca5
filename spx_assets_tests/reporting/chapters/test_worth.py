"""The chapter on economic value, in words."""

from __future__ import annotations

from dataclasses import replace

from spx_assets.reporting import Findings
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.chapters.worth import USUAL_COST_BP, answer


def test_a_gain_that_may_be_nothing_is_said_so(made: Findings) -> None:
    """Every gain at the usual cost is in the sentence."""
    assert not isinstance(made.worth, Absent)
    low = replace(made.worth, rows=tuple(replace(row, gain_low=-0.01) for row in made.worth.rows))
    said = answer(low)
    assert said.startswith("At 5 bp a trade no gain over the historical mean is told from nothing")
    assert said.count("% at") == 3


def test_a_gain_with_its_whole_interval_above_zero_is_named(made: Findings) -> None:
    """At the usual cost, and only there."""
    assert not isinstance(made.worth, Absent)
    rows = tuple(
        replace(row, gain_low=0.01 if row.horizon == 21 and row.cost_bp == USUAL_COST_BP else -0.01)
        for row in made.worth.rows
    )
    assert answer(replace(made.worth, rows=rows)).endswith("above zero with its whole interval at 21 sessions.")
