"""Figure of perspective: the report's out-of-sample R² in one row with published ones."""

from __future__ import annotations

from functools import partial

import numpy as np
from matplotlib.figure import SubFigure

from spx_assets.reporting import style
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.figures.panels import Margins, panels, percent_axis
from spx_assets.reporting.figures.plate import Plate, absent
from spx_assets.reporting.labels import number, serving_label, sessions
from spx_assets.reporting.perspective import SUSPICIOUS_MONTHLY, Perspective

PERSPECTIVE = "The result among published ones"
ROW_HEIGHT = 14.0
LABEL_ROOM = 214.0


def perspective_plate(finding: Perspective | Absent) -> Plate:
    """A dot for each figure, best on top; the report's own are diamonds."""
    if isinstance(finding, Absent):
        return absent("perspective", PERSPECTIVE, finding.sentence)
    caption = (
        "Out-of-sample R² against the historical mean. Circles are published figures for the monthly return of the "
        "S&P 500, years in brackets; diamonds are this report's best candidates, over its own years. What was "
        f"published was chosen among much that failed, and still ends below {number(100 * SUSPICIOUS_MONTHLY, 0)} % "
        "(dashed)."
    )
    height = 40 + ROW_HEIGHT * len(rows(finding))
    return Plate("perspective", PERSPECTIVE, caption, height, partial(_draw, finding), stretch=0.2)


def rows(finding: Perspective) -> tuple[tuple[str, float, bool], ...]:
    """Label, R² as a fraction, and whether it is the report's own; best first."""
    own = [
        (f"this report: {sessions(one.horizon)}, {serving_label(one.model, deployed=one.deployed)}", one.r2_os, True)
        for one in finding.own
    ]
    published = [(f"{one.forecast} ({one.years})", one.r2_os, False) for one in finding.published]
    return tuple(sorted((*own, *published), key=lambda row: -row[1]))


def _draw(finding: Perspective, figure: SubFigure) -> None:
    axes = panels(figure, margins=Margins(left=LABEL_ROOM, right=8, top=4))[0][0]
    shown = rows(finding)
    for y, (label, value, own) in zip(np.arange(len(shown))[::-1], shown, strict=True):
        colour = style.VERMILLION if own else style.BLUE
        axes.hlines(y, 0, 100 * value, color=colour, linewidth=1.0)
        axes.plot(100 * value, y, "D" if own else "o", color=colour, markersize=4.4, label=label, zorder=3)
    axes.axvline(0, color=style.MUTED, linewidth=0.7)
    axes.axvline(100 * SUSPICIOUS_MONTHLY, color=style.INK, linewidth=0.9, linestyle=(0, (4, 2)))
    values = [100 * value for _, value, _ in shown]
    axes.set_xlim(min(values) - 0.25, max([*values, 100 * SUSPICIOUS_MONTHLY]) + 0.25)
    percent_axis(axes, "x", signed=True, most=8)
    axes.set_ylim(-0.7, len(shown) - 0.3)
    axes.set_yticks(np.arange(len(shown))[::-1], [label for label, _, _ in shown])
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
    axes.set_xlabel("R² out of sample, %")
