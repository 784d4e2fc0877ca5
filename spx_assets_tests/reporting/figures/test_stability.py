"""Skill by parts and over rolling years: artists against findings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spx_assets.reporting import Findings, style
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.arrays import dates, numbers
from spx_assets.reporting.figures.stability import label, rolling_skill_plate, stability_plate
from spx_assets.reporting.stability import RollingSkill
from spx_assets_tests.reporting import drawn


def test_dots_are_the_r2_of_their_part(made: Findings) -> None:
    """In per cent, a panel for each horizon, rows named once."""
    assert not isinstance(made.stretches, Absent)
    axes = drawn.axes_of(stability_plate(made.stretches))
    for one, horizon in zip(axes, (1, 5, 21), strict=True):
        for part in (part for part in made.stretches if part.horizon == horizon):
            assert drawn.line(one, label(part)).get_xdata()[0] == pytest.approx(100 * part.r2_os)
        assert one.get_xlabel() == "R² out of sample, %"
    assert axes[0].get_yticklabels()[0].get_text() == "all forecasts"


def test_only_what_chance_rarely_gives_is_filled(made: Findings) -> None:
    """Filled below 5 %, hollow above."""
    assert not isinstance(made.stretches, Absent)
    first = made.stretches[0]
    for p, fill in ((0.01, style.BLUE), (0.5, "white")):
        (axes,) = drawn.axes_of(stability_plate((replace(first, clark_west_p=p),)))
        assert drawn.line(axes, label(first)).get_markerfacecolor() == fill


def test_rolling_lines_carry_the_windows() -> None:
    """A point for each window, at its last origin."""
    found = RollingSkill(
        5, "ridge", False, 5, dates(["2019-12-31", "2020-12-31", "2021-12-31"]), numbers([0.01, -0.02, 0.0])
    )
    (axes,) = drawn.axes_of(rolling_skill_plate((found,)))
    np.testing.assert_allclose(drawn.line(axes, "next 5 sessions, ridge (not deployed)").get_ydata(), [1.0, -2.0, 0.0])
    assert axes.get_ylabel() == "R² out of sample, %"


def test_absent_findings_are_sentences() -> None:
    """The sentence is the caption, and nothing is drawn."""
    for plate_of in (stability_plate, rolling_skill_plate):
        assert (plate_of(Absent("Because.")).caption, plate_of(Absent("Because.")).draw) == ("Because.", None)
