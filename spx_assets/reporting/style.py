"""How the report looks: typefaces, sizes, palette, and the rc context everything is drawn in.

Colours are Okabe and Ito's (2008), told apart by colour-blind readers; each model also has its own line
style, so that a page printed grey still reads. No figure and no page is described here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import matplotlib as mpl

POINTS_PER_INCH = 72.0

# Both families ship with matplotlib, so a page looks the same on every machine.
PROSE = "STIXGeneral"
LABEL = "DejaVu Sans"

INK = "#1A1A1A"
MUTED = "#595959"
RULE = "#B8B8B8"
GRID = "#E3E3E3"
BLUE = "#0072B2"
VERMILLION = "#D55E00"
ORANGE = "#E69F00"
SKY = "#56B4E9"
GREEN = "#009E73"
PURPLE = "#CC79A7"
BAND = "#C9DFEE"
SHADES = ("#FFFFFF", "#DCE6EC", "#A9BFCC")

LABEL_SIZE = 7.0
TICK_SIZE = 6.5

# colour and dash pattern, in the order in which models or horizons appear
Stroke = tuple[str, Any]
STROKES: tuple[Stroke, ...] = (
    (BLUE, "-"),
    (VERMILLION, (0, (5, 1.6))),
    (GREEN, (0, (1.2, 1.2))),
    (PURPLE, (0, (6, 1.5, 1.2, 1.5))),
    (ORANGE, (0, (2.2, 2.2))),
    (SKY, (0, (9, 2, 3, 2))),
    (INK, (0, (4, 1, 1, 1, 1, 1))),
)

RC: dict[str, Any] = {
    "pdf.fonttype": 42,
    "ps.fonttype": 42,  # matplotlib cuts PDF font subsets by this one too
    "pdf.compression": 9,
    "font.family": [LABEL],
    "font.size": LABEL_SIZE,
    "text.color": INK,
    "text.hinting": "none",  # widths as measured, whatever the resolution
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.labelsize": LABEL_SIZE,
    "axes.labelpad": 3.0,
    "axes.titlesize": LABEL_SIZE,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 5.0,
    "axes.titley": 1.0,  # where it would be put anyway; asking costs a tenth of the drawing
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.5,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": TICK_SIZE,
    "ytick.labelsize": TICK_SIZE,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.size": 0.0,
    "ytick.minor.size": 0.0,
    "legend.fontsize": LABEL_SIZE,
    "legend.frameon": False,
    "lines.linewidth": 1.1,
    "lines.solid_capstyle": "round",
    "path.simplify": True,
    "path.simplify_threshold": 0.3,
    "axes.unicode_minus": True,
}


@contextmanager
def drawing() -> Iterator[None]:
    """Matplotlib's defaults with `RC` over them, whatever the user's matplotlibrc says; restored on exit."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(cast("Any", RC))
        yield


def strokes(names: Sequence[str]) -> dict[str, Stroke]:
    """A colour and dash pattern for each name, in order; they repeat after the seventh."""
    return {name: STROKES[place % len(STROKES)] for place, name in enumerate(names)}
