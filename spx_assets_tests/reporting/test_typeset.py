"""Text set by measure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from spx_assets.reporting import style, typeset
from spx_assets_tests.reporting import drawn

WORDS = st.lists(st.text("abcdefghij", min_size=1, max_size=9), min_size=1, max_size=40)


@given(WORDS)
def test_no_line_is_wider_than_its_measure(words: list[str]) -> None:
    """Lines fit, and carry every word in order."""
    broken = typeset.lines(" ".join(words), typeset.BODY, 120.0)
    assert " ".join(broken).split() == words
    # Kerning across spaces is not counted: a line may exceed its measure by a hair.
    assert all(typeset.text_width(line, typeset.BODY) < 120.5 for line in broken)


def test_numbers_keep_their_units() -> None:
    """No break between a number and its unit, nor around a relation."""
    for text in ("in about 90 % of cases", "when p = 0.43 holds", "with h − 1 lags"):
        for width in range(20, 120, 4):
            broken = typeset.lines(text, typeset.BODY, float(width))
            assert not any(line.startswith(("%", "=", "−")) or line.endswith(("=", "−")) for line in broken)


def test_a_word_wider_than_the_measure_stands_alone() -> None:
    """It is not cut."""
    assert typeset.lines("an incomprehensibility is", typeset.BODY, 30.0) == ("an", "incomprehensibility", "is")


def test_no_text_is_no_lines() -> None:
    """Nothing to set."""
    assert typeset.lines("", typeset.BODY, 100.0) == ()


def test_measured_width_is_the_drawn_width() -> None:
    """What was measured in points is what reaches the paper."""
    text = "No skill over the historical mean"
    with style.drawing():
        figure = Figure(figsize=(6, 1), dpi=720)
        typeset.put(figure, 10.0, 40.0, text, typeset.HEADLINE)
        (seen,) = drawn.printed(figure)
    points = seen.box.width * 72 / 720
    assert abs(points - typeset.text_width(text, typeset.HEADLINE)) < 3.0


def test_text_is_never_mathematics() -> None:
    """Dollar signs are printed as they are."""
    figure = Figure(figsize=(3, 1))
    typeset.put(figure, 5.0, 40.0, "$1 and $2", typeset.BODY)
    assert [one.text for one in drawn.printed(figure)] == ["$1 and $2"]


def test_lines_stand_where_they_are_put() -> None:
    """Left or right end and baseline, in points from the top-left corner, at any resolution."""
    for dpi in (72, 200):
        figure = Figure(figsize=(4, 2), dpi=dpi)
        typeset.put(figure, 30.0, 40.0, "HHH", typeset.CELL)
        typeset.put(figure, 250.0, 60.0, "HHH", typeset.CELL, align="right")
        left, right = (one.box for one in drawn.printed(figure))
        assert (left.x0 * 72 / dpi, left.y0 * 72 / dpi) == pytest.approx((30.0, 144.0 - 40.0), abs=0.6)
        assert (right.x1 * 72 / dpi, right.y0 * 72 / dpi) == pytest.approx((250.0, 144.0 - 60.0), abs=0.6)
