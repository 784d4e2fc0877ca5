"""How complete the features are."""

from __future__ import annotations

from spx_assets.reporting.completeness import completeness
from spx_assets_tests.reporting import synthetic


def test_missing_sessions_are_counted_and_the_first_known_named() -> None:
    """A feature that begins late, one that never does, and one without a hole."""
    table = synthetic.cleaned(60)
    table.iloc[:7, table.columns.get_loc("vix_level")] = float("nan")
    table["return_1"] = float("nan")
    found = {gap.name: gap for gap in completeness(table)}
    assert (found["vix_level"].missing, found["vix_level"].first) == (7, table["session"].iloc[7].date())
    assert (found["return_1"].missing, found["return_1"].first) == (60, None)
    assert (found["vix_level"].unchanged, found["return_1"].unchanged) == (0, 0)
    assert (found["return_5"].missing, found["return_5"].first) == (0, table["session"].iloc[0].date())


def test_values_that_stand_are_counted() -> None:
    """Three sessions on one value leave it unchanged twice; what is missing does not count."""
    table = synthetic.cleaned(60)
    table.loc[table.index[10:13], "core_inflation_yoy"] = 0.02
    assert {gap.name: gap.unchanged for gap in completeness(table)}["core_inflation_yoy"] == 2
