"""Contrast in light and in dark, by the numbers."""

from __future__ import annotations

import pytest

from spx_assets.reporting import style
from spx_assets.reporting.web.palette import DARK, INVERSION, LIGHT, Palette

Channels = tuple[float, float, float]


def _channels(colour: str) -> Channels:
    return tuple(int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))  # type: ignore[return-value]  # three


def _luminance(channels: Channels) -> float:
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: Channels, other: Channels) -> float:
    """WCAG 2.1, relative luminance and contrast ratio."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _inverted(colour: str) -> Channels:
    return tuple(INVERSION + c * (1 - 2 * INVERSION) for c in _channels(colour))  # type: ignore[return-value]  # three


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("text", ["ink", "muted", "accent"])
@pytest.mark.parametrize("ground", ["ground", "tint"])
def test_every_text_meets_aa_on_every_ground(palette: Palette, text: str, ground: str) -> None:
    """4.5 : 1 for text of any size (1.4.3)."""
    assert _contrast(_channels(getattr(palette, text)), _channels(getattr(palette, ground))) >= 4.5


def test_a_picture_s_paper_becomes_the_dark_ground() -> None:
    """White inverted is the page's own dark, so that a picture has no frame."""
    assert _inverted("#FFFFFF") == pytest.approx(_channels(DARK.ground), abs=1 / 255)


@pytest.mark.parametrize("colour", [style.INK, style.MUTED])
def test_text_in_pictures_meets_aa_in_the_dark(colour: str) -> None:
    """Greys have no hue to turn: inversion alone decides."""
    assert _contrast(_inverted(colour), _channels(DARK.ground)) >= 4.5


def test_variables_are_every_colour() -> None:
    """The style sheet can name each."""
    assert LIGHT.variables.startswith("--ground:#ffffff;--ink:")
    assert DARK.variables.count("--") == len(vars(DARK)) == 7
