"""Colours of the page in light and in dark: every text keeps 4.5 : 1 against its ground (WCAG 2.1, 1.4.3, AA).

Pictures are drawn once, for white paper. In dark they are inverted and their hues turned back, so that white becomes
the dark ground exactly and blue stays blue.
"""

from __future__ import annotations

from dataclasses import dataclass

# Share of inversion: white becomes 1 - INVERSION.
INVERSION = 0.93


@dataclass(frozen=True)
class Palette:
    """Ground, text, secondary text, rules, tinted rows, links and focus, and the filter that pictures go through."""

    ground: str
    ink: str
    muted: str
    rule: str
    tint: str
    accent: str
    picture: str

    @property
    def variables(self) -> str:
        """CSS custom properties."""
        return "".join(f"--{name}:{value};" for name, value in vars(self).items())


LIGHT = Palette("#ffffff", "#1a1a1a", "#595959", "#b8b8b8", "#f2f5f7", "#005a8f", "none")
DARK = Palette(
    "#121212", "#e6e6e6", "#a6a6a6", "#4a4a4a", "#1d2226", "#7cc0ea", f"invert({INVERSION}) hue-rotate(180deg)"
)
