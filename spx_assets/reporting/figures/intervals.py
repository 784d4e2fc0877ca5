"""Figures of the intervals: what share of returns they held, by nominal level and through time."""

from __future__ import annotations

from functools import partial

import numpy as np
from matplotlib.figure import SubFigure

from spx_assets.reporting import style
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.calibration import Calibration, RollingCoverage
from spx_assets.reporting.figures.panels import (
    LEGEND_ROW,
    SIDE_BY_SIDE,
    TWO_LINES,
    Margins,
    date_axis,
    days,
    first_of,
    legend,
    panels,
    percent_axis,
)
from spx_assets.reporting.figures.plate import Plate, absent
from spx_assets.reporting.labels import ahead, model_label, number

CALIBRATION = "Interval calibration of the deployed models"
LEGEND_COLUMNS = 4
ROLLING = "Interval coverage of the deployed models through time"


def calibration_plate(finding: tuple[Calibration, ...] | Absent) -> Plate:
    """Empirical against nominal coverage, a square for each horizon."""
    if isinstance(finding, Absent):
        return absent("calibration", CALIBRATION, finding.sentence)
    shown = finding[:SIDE_BY_SIDE]
    caption = (
        "Share of realised returns inside the interval against the share promised. On the diagonal the interval holds "
        "what it says; below it is too narrow. Bars are 95 % bounds of the share, wider for long horizons, whose "
        f"returns overlap.{first_of(len(finding), SIDE_BY_SIDE)}"
    )
    return Plate("calibration", CALIBRATION, caption, 168.0, partial(_draw_calibration, shown), stretch=0.0)


def _draw_calibration(finding: tuple[Calibration, ...], figure: SubFigure) -> None:
    (row,) = panels(figure, 1, len(finding), margins=Margins(top=TWO_LINES))
    floor = 10 * np.floor(min(10 * min(one.nominal.min(), one.low.min()) for one in finding))
    for axes, one in zip(row, finding, strict=True):
        nominal, empirical = 100 * one.nominal, 100 * one.empirical
        reach = np.maximum([empirical - 100 * one.low, 100 * one.high - empirical], 0.0)
        axes.plot([floor, 100], [floor, 100], color=style.INK, linewidth=0.8, linestyle=(0, (4, 2)))
        axes.errorbar(nominal, empirical, yerr=reach, fmt="o", color=style.BLUE, markersize=3.6, elinewidth=1.0)
        axes.set_xlim(floor, 101)
        axes.set_ylim(floor, 101)
        percent_axis(axes, "x")
        percent_axis(axes, "y")
        axes.grid()
        axes.set_title(f"{ahead(one.horizon)}\n{model_label(one.model)}, n = {one.forecasts:,}")
        axes.set_xlabel("promised, %")
    row[0].set_ylabel("held, %")


def rolling_plate(finding: tuple[RollingCoverage, ...] | Absent) -> Plate:
    """The share held over a moving window, one line for each horizon."""
    if isinstance(finding, Absent):
        return absent("coverage_through_time", ROLLING, finding.sentence)
    level = number(100 * finding[0].level, 0)
    caption = (
        f"Share of realised returns inside the {level} % interval over the last {finding[0].window} origins. Long "
        f"stretches below {level} % mean intervals that were too narrow when it mattered. Long horizons swing more, "
        "because their returns overlap."
    )
    return Plate("coverage_through_time", ROLLING, caption, 118.0, partial(_draw_rolling, finding))


def _draw_rolling(finding: tuple[RollingCoverage, ...], figure: SubFigure) -> None:
    rows = -(-len(finding) // LEGEND_COLUMNS)
    axes = panels(figure, margins=Margins(top=1.0 + LEGEND_ROW * rows, bottom=24))[0][0]
    for one, (colour, dashes) in zip(
        finding, style.strokes([str(one.horizon) for one in finding]).values(), strict=True
    ):
        axes.plot(days(one.origins), 100 * one.share, color=colour, linestyle=dashes, label=ahead(one.horizon).lower())
    axes.axhline(100 * finding[0].level, color=style.INK, linewidth=0.8)
    first = min(days(one.origins)[0] for one in finding)
    last = max(days(one.origins)[-1] for one in finding)
    date_axis(axes, first, max(last, first + 1))
    low = min(float(one.share.min()) for one in finding)
    axes.set_ylim(5 * np.floor(20 * low) - 1, 101)
    percent_axis(axes)
    axes.grid(axis="y")
    axes.set_ylabel(f"inside the {number(100 * finding[0].level, 0)} % interval, %")
    legend(axes, columns=LEGEND_COLUMNS)
