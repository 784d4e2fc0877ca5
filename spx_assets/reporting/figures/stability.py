"""Figures of stability: out-of-sample R² by decade and tercile of volatility, and over rolling years."""

from __future__ import annotations

from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import SubFigure

from spx_assets.reporting import style
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.figures.panels import (
    LEGEND_ROW,
    SIDE_BY_SIDE,
    THREE_LINES,
    Margins,
    date_axis,
    days,
    first_of,
    label_rows,
    legend,
    panel_title,
    panels,
    percent_axis,
    zero_line,
)
from spx_assets.reporting.figures.plate import Plate, absent
from spx_assets.reporting.labels import ahead, serving_label
from spx_assets.reporting.stability import RollingSkill, Stretch

STABILITY = "Skill by decade and by volatility"
ROLLING = "Skill over rolling years"
SIGNIFICANT = 0.05
ROW_HEIGHT = 13.0
LABEL_ROOM = 84.0
LEGEND_COLUMNS = 2


def stability_plate(finding: tuple[Stretch, ...] | Absent) -> Plate:
    """A dot for each part of the forecasts, parts as rows and horizons as columns."""
    if isinstance(finding, Absent):
        return absent("stability", STABILITY, finding.sentence)
    horizons = sorted({one.horizon for one in finding})
    rows = len(periods(finding))
    caption = (
        "Out-of-sample R² of the best candidate in parts of its forecasts. Skill that is real stands right of zero in "
        "most rows; a gain from one row is one episode. Filled: Clark–West p below 0.05, which one row in twenty "
        "reaches by chance. Volatility is that known at the origin, the VIX wherever there is one, in thirds of the "
        f"whole evaluation. Each horizon has its own scale.{first_of(len(horizons), SIDE_BY_SIDE)}"
    )
    return Plate("stability", STABILITY, caption, 67 + ROW_HEIGHT * rows, partial(_draw, finding), stretch=0.5)


def periods(finding: tuple[Stretch, ...]) -> tuple[str, ...]:
    """The parts in the order of their rows: all, decades, thirds of volatility."""
    order = {"all": 0, "decade": 1, "volatility": 2}
    named = sorted(finding, key=lambda one: (order[one.split], one.period if one.split == "decade" else ""))
    return tuple(dict.fromkeys(label(one) for one in named))


def label(one: Stretch) -> str:
    """What a row is called."""
    if one.split == "all":
        return "all forecasts"
    return f"{one.period} third" if one.split == "volatility" else one.period


def _draw(finding: tuple[Stretch, ...], figure: SubFigure) -> None:
    horizons = sorted({one.horizon for one in finding})[:SIDE_BY_SIDE]
    rows = periods(finding)
    (grid,) = panels(figure, 1, len(horizons), gap_x=16, margins=Margins(left=LABEL_ROOM, top=THREE_LINES, right=6))
    label_rows(grid, rows)
    for axes, horizon in zip(grid, horizons, strict=True):
        _draw_horizon(axes, [one for one in finding if one.horizon == horizon], rows)


def _draw_horizon(axes: Axes, parts: list[Stretch], rows: tuple[str, ...]) -> None:
    height = {name: len(rows) - 1 - place for place, name in enumerate(rows)}
    for one in parts:
        fill = style.BLUE if one.clark_west_p < SIGNIFICANT else "white"
        y = height[label(one)]
        axes.hlines(y, 0, 100 * one.r2_os, color=style.BLUE, linewidth=1.0)
        axes.plot(
            100 * one.r2_os, y, "o", color=style.BLUE, markerfacecolor=fill, markersize=4.4, label=label(one), zorder=3
        )
    axes.axvline(0, color=style.MUTED, linewidth=0.7)
    reach = 1.15 * max((abs(100 * one.r2_os) for one in parts), default=1.0) or 1.0
    axes.set_xlim(-reach, reach)
    axes.set_ylim(-0.7, len(rows) - 0.3)
    percent_axis(axes, "x", signed=True, most=4)
    axes.grid(axis="x")
    axes.set_title(panel_title(parts[0].horizon, parts[0].model, deployed=parts[0].deployed))
    axes.set_xlabel("R² out of sample, %")


def rolling_skill_plate(finding: tuple[RollingSkill, ...] | Absent) -> Plate:
    """R² over windows of years that end with each calendar year, a line for each horizon."""
    if isinstance(finding, Absent):
        return absent("rolling_skill", ROLLING, finding.sentence)
    caption = (
        f"Out-of-sample R² of the best candidate over the {finding[0].years} calendar years that end with each point. "
        "A line that stays above zero is skill that lasts; one that drifts down is skill that was found and lost. Long "
        "horizons swing more, because their returns overlap."
    )
    return Plate("rolling_skill", ROLLING, caption, 128.0, partial(_draw_rolling, finding))


def _draw_rolling(finding: tuple[RollingSkill, ...], figure: SubFigure) -> None:
    rows = -(-len(finding) // LEGEND_COLUMNS)
    axes = panels(figure, margins=Margins(top=3.0 + LEGEND_ROW * rows, bottom=24))[0][0]
    strokes = style.strokes([str(one.horizon) for one in finding])
    for one in finding:
        colour, dashes = strokes[str(one.horizon)]
        name = f"{ahead(one.horizon).lower()}, {serving_label(one.model, deployed=one.deployed)}"
        axes.plot(
            days(one.ends), 100 * one.r2_os, color=colour, linestyle=dashes, marker="o", markersize=2.2, label=name
        )
    zero_line(axes)
    first = min(days(one.ends)[0] for one in finding)
    last = max(days(one.ends)[-1] for one in finding)
    date_axis(axes, first, max(last, first + 1))
    percent_axis(axes, signed=True)
    axes.grid(axis="y")
    axes.set_ylabel("R² out of sample, %")
    legend(axes, columns=LEGEND_COLUMNS)
