"""Figures of what the model uses: importance through time, and the forecast against one feature at a time."""

from __future__ import annotations

from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import SubFigure

from spx_assets.reporting import style
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.figures.panels import (
    LEGEND_ROW,
    SIDE_BY_SIDE,
    TITLE_ROOM,
    Margins,
    date_axis,
    days,
    first_of,
    legend,
    panels,
    percent_axis,
    zero_line,
)
from spx_assets.reporting.figures.plate import Plate, absent
from spx_assets.reporting.labels import ahead, feature_label, listed, serving_label, serving_labels
from spx_assets.reporting.usage import Dependence, Usage, UsePath

PATHS = "Feature importance through time"
DEPENDENCE = "How the forecast answers to one feature"
PANEL_HEIGHT = 76.0
COLUMNS = 3
ROW_HEIGHT = 110.0
MEASURES = {
    "coefficient": "basis points per standard deviation, refitted on what each session knew, with the settings "
    "chosen last",
    "permutation": "per cent of the return's variance that the error of the model fitted on all history grows by when "
    "the feature is shuffled in a stretch of time",
}
UNITS = {"coefficient": "bp per SD", "permutation": "% of variance"}


def paths_plate(finding: Usage | Absent) -> Plate:
    """A panel for each horizon, a line for each of the strongest features."""
    if isinstance(finding, Absent):
        return absent("importance_through_time", PATHS, finding.sentence)
    shown = finding.paths[:SIDE_BY_SIDE]
    measures = listed([MEASURES[measure] for measure in dict.fromkeys(path.measure for path in shown)], last="or")
    caption = (
        f"Importance of the {len(finding.features)} strongest features: {measures}. Lines that keep their side "
        "and size are a habit of the market; lines that cross zero or jump were fitted to their time."
        f"{first_of(len(finding.paths), SIDE_BY_SIDE)}"
    )
    height = 46 + PANEL_HEIGHT * len(shown)
    return Plate("importance_through_time", PATHS, caption, height, partial(_draw_paths, shown), stretch=0.3)


def _draw_paths(finding: tuple[UsePath, ...], figure: SubFigure) -> None:
    rows = -(-len(finding[0].features) // COLUMNS)
    grid = panels(figure, len(finding), 1, margins=Margins(top=TITLE_ROOM + LEGEND_ROW * rows, bottom=24))
    first = min(days(path.sessions)[0] for path in finding)
    last = max(days(path.sessions)[-1] for path in finding)
    strokes = style.strokes(finding[0].features)
    for (axes,), path in zip(grid, finding, strict=True):
        for place, name in enumerate(path.features):
            colour, dashes = strokes[name]
            axes.plot(
                days(path.sessions), path.values[:, place], color=colour, linestyle=dashes, label=feature_label(name)
            )
        zero_line(axes)
        date_axis(axes, first, max(last, first + 1))
        percent_axis(axes, signed=True, most=4)
        axes.grid(axis="y")
        axes.set_title(f"{ahead(path.horizon)}, {serving_label(path.model, deployed=path.deployed)}")
        axes.set_ylabel(UNITS[path.measure])
        if path is not finding[-1]:
            axes.tick_params(axis="x", labelbottom=False)
    legend(grid[0][0], columns=COLUMNS, over_title=True)


def dependence_plate(finding: Usage | Absent) -> Plate:
    """A panel for each of the strongest features, a line for each horizon."""
    if isinstance(finding, Absent):
        return absent("partial_dependence", DEPENDENCE, finding.sentence)
    models = serving_labels((one.model, one.deployed) for one in finding.dependences)
    caption = (
        "How the average forecast moves when one feature takes each value of its middle 96 % and the others stay as "
        f"they were ({models}; fitted on all history), in basis points of log return per session ahead. Flat is "
        "unused. See how little it is beside a session's standard deviation, which is about a hundred basis points."
    )
    height = 34 + ROW_HEIGHT * -(-len(finding.features) // COLUMNS)
    return Plate("partial_dependence", DEPENDENCE, caption, height, partial(_draw_dependence, finding), stretch=0.2)


def _draw_dependence(finding: Usage, figure: SubFigure) -> None:
    rows = -(-len(finding.features) // COLUMNS)
    horizons = [path.horizon for path in finding.paths]
    top = TITLE_ROOM + LEGEND_ROW * -(-len(horizons) // COLUMNS)
    grid = panels(figure, rows, COLUMNS, gap_x=26, gap_y=46, margins=Margins(top=top, right=4, bottom=32))
    strokes = style.strokes([str(horizon) for horizon in horizons])
    places = [axes for row in grid for axes in row]
    for axes in places[len(finding.features) :]:
        axes.set_axis_off()
    for axes, name in zip(places, finding.features, strict=False):
        _draw_feature(axes, [one for one in finding.dependences if one.feature == name], strokes)
    for row in grid:
        row[0].set_ylabel("bp per session")
    legend(places[0], columns=COLUMNS, over_title=True)


def _draw_feature(axes: Axes, curves: list[Dependence], strokes: dict[str, style.Stroke]) -> None:
    for one in curves:
        colour, dashes = strokes[str(one.horizon)]
        axes.plot(one.grid, one.response, color=colour, linestyle=dashes, label=ahead(one.horizon).lower())
    low, high = (float(edge([edge(one.response) for one in curves])) for edge in (np.min, np.max))
    margin = 0.1 * (high - low) or 0.5
    axes.set_ylim(low - margin, high + margin)
    percent_axis(axes, "x", most=3)
    percent_axis(axes, signed=True, most=4)
    axes.grid(axis="both")
    axes.set_title(feature_label(curves[0].feature))
    axes.set_xlabel(curves[0].unit)
