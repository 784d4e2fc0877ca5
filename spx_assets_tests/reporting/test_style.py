"""How the report looks, whatever the user's settings."""

from __future__ import annotations

import matplotlib as mpl
import pytest

from spx_assets.reporting import style


def test_user_settings_neither_reach_the_drawing_nor_are_lost() -> None:
    """A matplotlibrc has no say inside, and everything outside."""
    with mpl.rc_context({"font.size": 33.0, "axes.grid": True}):
        with style.drawing():
            assert mpl.rcParams["font.size"] == style.LABEL_SIZE
            assert mpl.rcParams["axes.grid"] is False
        assert mpl.rcParams["font.size"] == 33.0


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", [style.INK, style.MUTED])
def test_text_meets_contrast_aa(colour: str) -> None:
    """4.5 : 1 against white (WCAG 2.1, 1.4.3)."""
    assert 1.05 / (_luminance(colour) + 0.05) >= 4.5


def test_lines_differ_by_more_than_colour() -> None:
    """Printed grey, every model still has a dash pattern of its own."""
    strokes = style.strokes([str(place) for place in range(7)])
    assert len({str(dashes) for _, dashes in strokes.values()}) == 7
    assert style.strokes(["a", "b"])["a"] == style.STROKES[0]


def test_regime_shades_differ_in_grey() -> None:
    """Each regime is clearly darker than the one before."""
    light = [_luminance(shade) for shade in style.SHADES]
    assert light[0] - light[1] > 0.15
    assert light[1] - light[2] > 0.15
