"""Figures of what the model uses: coefficients per horizon, and the correlations of its features."""

from __future__ import annotations

from functools import partial

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PolyCollection
from matplotlib.colors import Normalize
from matplotlib.figure import SubFigure

from spx_assets.reporting import style
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.explanation import Coefficients, Correlation
from spx_assets.reporting.figures.panels import (
    SIDE_BY_SIDE,
    THREE_LINES,
    Margins,
    first_of,
    label_rows,
    panel_title,
    panels,
    percent_axis,
)
from spx_assets.reporting.figures.plate import Plate, absent
from spx_assets.reporting.labels import feature_label, listed, number, serving_labels

COEFFICIENTS = "What moves the forecast"
CORRELATION = "How the features go together"
LABEL_ROOM = 128.0
ROW_HEIGHT = 10.6
# Numbers are printed from here on: the eye reads the colour, the number tells + from - in grey.
WORTH_PRINTING = 0.3
COLOURS = colormaps["PuOr"]
# Corners of a cell, from its upper left.
SQUARE = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])


def coefficients_plate(finding: Coefficients | Absent) -> Plate:
    """Dots of standardised coefficients, features as rows and horizons as columns."""
    if isinstance(finding, Absent):
        return absent("coefficients", COEFFICIENTS, finding.sentence)
    models = serving_labels(zip(finding.models, finding.deployed, strict=True))
    caption = (
        "Change of the forecast, in basis points of log return, when a feature rises by one standard deviation and "
        f"the others stay ({models}; fitted on all history). Features that go together share their effect: one "
        "coefficient alone says little. Each horizon has its own scale. Numbers in brackets count sessions or prints."
        f"{first_of(len(finding.horizons), SIDE_BY_SIDE)}"
    )
    height = 55 + ROW_HEIGHT * len(finding.features)
    return Plate("coefficients", COEFFICIENTS, caption, height, partial(_draw_coefficients, finding), stretch=0.5)


def _draw_coefficients(finding: Coefficients, figure: SubFigure) -> None:
    shown = min(len(finding.horizons), SIDE_BY_SIDE)
    (row,) = panels(figure, 1, shown, gap_x=16, margins=Margins(left=LABEL_ROOM, top=THREE_LINES))
    rows = np.arange(len(finding.features))[::-1]
    label_rows(row, [feature_label(name) for name in finding.features])
    for place, axes in enumerate(row):
        effects = finding.effects[:, place]
        axes.hlines(rows, 0, effects, color=style.BLUE, linewidth=1.4)
        axes.plot(effects, rows, "o", color=style.BLUE, markersize=3.0)
        axes.axvline(0, color=style.MUTED, linewidth=0.7)
        axes.set_ylim(-0.8, len(rows) - 0.2)
        reach = 1.12 * float(np.nanmax(np.abs(effects))) or 1.0
        axes.set_xlim(-reach, reach)
        percent_axis(axes, "x", signed=True, most=3)
        axes.grid(axis="x")
        title = panel_title(finding.horizons[place], finding.models[place], deployed=finding.deployed[place])
        axes.set_title(title)
        axes.set_xlabel("basis points")


def correlation_plate(finding: Correlation | Absent) -> Plate:
    """The lower triangle of the correlation matrix, strong ones with their number."""
    if isinstance(finding, Absent):
        return absent("feature_correlation", CORRELATION, finding.sentence)
    caption = (
        f"Correlations over {finding.sessions:,} sessions, in hundredths where at least {number(WORTH_PRINTING, 1)} in "
        "size. Blocks along the diagonal are features that tell the same story: their effects cannot be told apart."
    )
    if finding.constant:
        names = listed([feature_label(name) for name in finding.constant])
        caption += f" Left out, since it never changes: {names}."
    height = 118 + 13.2 * len(finding.features)
    return Plate(
        "feature_correlation",
        CORRELATION,
        caption,
        min(height, 500.0),
        partial(_draw_correlation, finding),
        stretch=0.1,
    )


def _draw_correlation(finding: Correlation, figure: SubFigure) -> None:
    axes = panels(figure, margins=Margins(left=LABEL_ROOM, right=4, top=4, bottom=112))[0][0]
    count = len(finding.features)
    lower = np.tril(np.ones((count, count), dtype=bool), -1)
    rows, columns = np.nonzero(lower)
    squares = np.stack([columns, rows], axis=1)[:, None] + SQUARE
    colours = Normalize(-1, 1)
    values = finding.matrix[lower]
    axes.add_collection(PolyCollection(squares, array=values, cmap=COLOURS, norm=colours, edgecolors="white", lw=0.5))
    for row, column, value in zip(rows.tolist(), columns.tolist(), values.tolist(), strict=True):
        if abs(value) >= WORTH_PRINTING:
            _print_hundredths(axes, row, column, value)
    labels = [feature_label(name) for name in finding.features]
    axes.set_yticks(np.arange(1, count) + 0.5, labels[1:])
    axes.set_xticks(np.arange(count - 1) + 0.5, labels[:-1], rotation=90)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_xlim(0, count - 1)
    axes.set_ylim(count, 1)
    _colour_key(figure, axes, ScalarMappable(colours, COLOURS))


def _print_hundredths(axes: Axes, row: int, column: int, value: float) -> None:
    red, green, blue, _ = COLOURS(Normalize(-1, 1)(value))
    # Rec. 709 luma: dark cells carry white numbers.
    ink = "white" if 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.5 else style.INK
    axes.text(
        column + 0.5, row + 0.5, number(100 * value, 0), ha="center", va="center_baseline", fontsize=5.2, color=ink
    )


def _colour_key(figure: SubFigure, axes: Axes, mappable: ScalarMappable) -> None:
    key = axes.inset_axes((0.62, 0.93, 0.34, 0.022))
    bar = figure.colorbar(mappable, cax=key, orientation="horizontal", ticks=[-1, -0.5, 0, 0.5, 1])
    bar.outline.set_visible(False)
    bar.ax.set_xticklabels([number(tick, 1, signed=True) for tick in (-1, -0.5, 0, 0.5, 1)])
    bar.ax.set_title("correlation")
