"""Figure of the data: which series reach from when to when, with their gaps."""

from __future__ import annotations

from functools import partial

import numpy as np
from matplotlib.figure import SubFigure

from spx_assets.reporting import style
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.coverage import SeriesCoverage
from spx_assets.reporting.figures.panels import Margins, date_axis, days, panels
from spx_assets.reporting.figures.plate import Plate, absent
from spx_assets.reporting.labels import series_label

COVERAGE = "The data: period covered by each series"
ROW_HEIGHT = 13.0


def coverage_plate(finding: tuple[SeriesCoverage, ...] | Absent) -> Plate:
    """A bar for each unbroken run of each series."""
    if isinstance(finding, Absent):
        return absent("data_coverage", COVERAGE, finding.sentence)
    caption = (
        f"{len(finding)} series, daily ones blue, monthly ones orange. A bar is an unbroken run; a hole is a pause "
        "longer than the series' rhythm allows. Look for series that end early: features made of them stop there."
    )
    return Plate("data_coverage", COVERAGE, caption, 32 + ROW_HEIGHT * len(finding), partial(_draw, finding))


def _draw(finding: tuple[SeriesCoverage, ...], figure: SubFigure) -> None:
    axes = panels(figure, margins=Margins(left=112, right=6, top=4, bottom=18))[0][0]
    rows = np.arange(len(finding))[::-1]
    for row, one in zip(rows, finding, strict=True):
        spans = [(start, max(end - start, 1.0)) for start, end in days(one.runs)]
        colour = style.BLUE if one.frequency == "daily" else style.ORANGE
        axes.broken_barh(spans, (row - 0.28, 0.56), facecolor=colour, linewidth=0)
    axes.set_yticks(rows, [series_label(one.name) for one in finding])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_ylim(-0.6, len(finding) - 0.3)
    ends = np.concatenate([days(one.runs).ravel() for one in finding])
    date_axis(axes, ends.min(), ends.max(), most=9)
    axes.grid(axis="x")
