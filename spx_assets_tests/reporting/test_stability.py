"""Skill in parts of the past."""

from __future__ import annotations

import pandas as pd

from spx_assets.forecasting import stability
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.stability import rolling_skill, stretches
from spx_assets_tests.reporting import synthetic

EVALUATION = synthetic.evaluation(synthetic.cleaned())


def long_evaluation() -> pd.DataFrame:
    """One horizon over eight years."""
    return synthetic.evaluation(synthetic.cleaned(2300), horizons=(5,))


def test_parts_are_those_of_forecasting() -> None:
    """Of the named models only, and without rolling windows."""
    found = stretches(EVALUATION, {1: "ridge", 5: "ols"}, {5: "ols"})
    assert not isinstance(found, Absent)
    expected = stability(EVALUATION)
    expected = expected[expected["split"] != "rolling"].set_index(["horizon", "model", "split", "period"])
    assert {(one.horizon, one.model, one.deployed) for one in found} == {(1, "ridge", False), (5, "ols", True)}
    for one in found:
        row = expected.loc[(one.horizon, one.model, one.split, one.period)]
        assert (one.forecasts, one.r2_os, one.clark_west_p) == (row["n"], row["r2_os"], row["clark_west_p"])


def test_rolling_years_need_them() -> None:
    """Two years of forecasts are a sentence that says how long they are; eight years are a line."""
    short = rolling_skill(EVALUATION, {1: "ridge"}, {})
    assert isinstance(short, Absent)
    assert "1.7 years" in short.sentence
    found = rolling_skill(long_evaluation(), {5: "ridge"}, {})
    assert not isinstance(found, Absent)
    assert (found[0].horizon, found[0].years, len(found[0].ends)) == (5, 5, len(found[0].r2_os))


def test_no_known_return_is_a_sentence() -> None:
    """Neither parts nor windows of nothing."""
    unknown = EVALUATION.assign(realised=float("nan"))
    assert isinstance(stretches(unknown, {1: "ridge"}, {}), Absent)
    assert isinstance(rolling_skill(unknown, {1: "ridge"}, {}), Absent)
