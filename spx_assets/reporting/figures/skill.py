"""Figures of skill: squared error saved against the mean, and forecasts beside what came."""

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
    THREE_LINES,
    Margins,
    date_axis,
    days,
    first_of,
    legend,
    panel_title,
    panels,
    percent_axis,
    under_each_other,
    zero_line,
)
from spx_assets.reporting.figures.plate import Plate, absent
from spx_assets.reporting.labels import ahead, model_label, number, serving_label
from spx_assets.reporting.out_of_sample import ErrorPanel, Track

ERRORS = "Squared error saved against the historical mean"
TRACKS = "Forecasts, intervals and what came"
SCATTER = "Forecast against realised return"
PANEL_HEIGHT = 100.0
# Panels of errors can be read when they are lower, so that they fit under the table of scores.
ERROR_PANEL_HEIGHT = 78.0
MOST_PANELS = 4
# An out-of-sample R² of this size always fits into its panel.
SIGHT = 0.01
# A candidate that fell at most this many times as far as the best stays in sight, too.
WORTH_SEEING = 4.0
RECENT_ORIGINS = 126
QUANTILES = 5
LEGEND_COLUMNS = 6
MOST_NAMED = 3
# Points of a scatter are drawn as pixels beyond this many, or a long history makes a heavy page.
MOST_VECTOR_POINTS = 1500
BEYOND = " Of long histories the most extreme 1 % of forecasts lie beyond the panel."


def errors_plate(finding: tuple[ErrorPanel, ...] | Absent) -> Plate:
    """Goyal and Welch's plot, a panel for each horizon."""
    if isinstance(finding, Absent):
        return absent("error_difference", ERRORS, finding.sentence)
    shown = finding[:MOST_PANELS]
    caption = (
        "Cumulated squared error of the historical mean less that of each candidate, out of sample. A rising line "
        "earns its keep, a falling one pays for noise; what ends below zero has lost to the mean. Look for a steady "
        "slope: a gain from a few days is luck. A line that falls off the scale reaches the value named above its "
        f"panel. {_recessions(shown)}{first_of(len(finding), MOST_PANELS)}"
    )
    return Plate(
        "error_difference",
        ERRORS,
        caption,
        30 + ERROR_PANEL_HEIGHT * len(shown),
        partial(_draw_errors, shown),
        stretch=0.7,
    )


def _recessions(shown: tuple[ErrorPanel, ...]) -> str:
    if any(len(panel.recessions) for panel in shown):
        return "Grey: recessions as the NBER dated them, long after the fact."
    return "No recession that the NBER has dated falls into the span."


def _draw_errors(finding: tuple[ErrorPanel, ...], figure: SubFigure) -> None:
    rows = -(-len(finding[0].saved) // LEGEND_COLUMNS)
    grid = panels(figure, len(finding), 1, margins=Margins(top=14 + LEGEND_ROW * rows, bottom=24))
    first, last = _span([days(panel.origins) for panel in finding])
    strokes = style.strokes(list(finding[0].saved))
    for (axes,), panel in zip(grid, finding, strict=True):
        x = days(panel.origins)
        for name, saved in panel.saved.items():
            colour, dashes = strokes[name]
            axes.plot(x, saved, color=colour, linestyle=dashes, label=model_label(name))
        for start, end in days(panel.recessions):
            axes.axvspan(start, end, color=style.SHADES[1], linewidth=0, zorder=0)
        zero_line(axes)
        date_axis(axes, first, last)
        percent_axis(axes)
        axes.grid(axis="y")
        axes.set_title(ahead(panel.horizon))
        axes.set_ylabel("saved, %²")
        _keep_the_best_in_sight(axes, panel)
    under_each_other(grid)
    legend(grid[0][0], columns=LEGEND_COLUMNS, over_title=True)


def _keep_the_best_in_sight(axes: Axes, panel: ErrorPanel) -> None:
    """Limits that suit the candidate that saved most; one that falls out below leaves its lowest value.

    What goes only a few times as far as the best stays inside.
    """
    best = max(panel.saved.values(), key=lambda saved: float(saved[-1]))
    high = max(float(best.max()), SIGHT * float(panel.benchmark[-1]))
    low = min(float(best.min()), -SIGHT * float(panel.benchmark[-1]))
    low = min([low, *(float(saved.min()) for saved in panel.saved.values() if saved.min() > WORTH_SEEING * low)])
    high = max([high, *(float(saved.max()) for saved in panel.saved.values() if saved.max() < WORTH_SEEING * high)])
    axes.set_ylim(low - 0.1 * (high - low), high + 0.1 * (high - low))
    fallen = [
        f"{model_label(name)} {number(float(saved.min()), 0)}"
        for name, saved in panel.saved.items()
        if saved.min() < axes.get_ylim()[0]
    ]
    if fallen:
        named = ", ".join(fallen[:MOST_NAMED]) + (f", {len(fallen) - MOST_NAMED} more" if fallen[MOST_NAMED:] else "")
        axes.set_title(f"off the scale: {named}", loc="right", fontsize=style.TICK_SIZE, fontweight="normal")


def _span(days_of_panels: list[np.ndarray]) -> tuple[float, float]:
    return min(float(x[0]) for x in days_of_panels), max(float(x[-1]) for x in days_of_panels)


def tracks_plate(finding: tuple[Track, ...] | Absent) -> Plate:
    """The last half year of forecasts with their interval, and the returns that came."""
    if isinstance(finding, Absent):
        return absent("forecast_realised", TRACKS, finding.sentence)
    shown = finding[:MOST_PANELS]
    level = 100 * shown[0].level
    caption = (
        f"The deployed model's forecasts over the last {min(RECENT_ORIGINS, len(shown[0].origins))} origin sessions "
        f"whose return is known, with their {level:g} % interval. Returns outside it are marked: about "
        f"{number(100 - level, 0)} in 100 should be, and where returns overlap they come in runs. The interval follows "
        f"volatility; the forecast hardly moves.{first_of(len(finding), MOST_PANELS)}"
    )
    return Plate("forecast_realised", TRACKS, caption, 41 + PANEL_HEIGHT * len(shown), partial(_draw_tracks, shown))


def _draw_tracks(finding: tuple[Track, ...], figure: SubFigure) -> None:
    grid = panels(figure, len(finding), 1, margins=Margins(top=14 + LEGEND_ROW, bottom=24))
    since = max(track.origins[-RECENT_ORIGINS:][0] for track in finding[:1])
    first, last = _span([days(track.origins[track.origins >= since]) for track in finding])
    for (axes,), track in zip(grid, finding, strict=True):
        recent = track.origins >= since
        x, realised = days(track.origins[recent]), track.realised[recent]
        lower, upper = track.lower[recent], track.upper[recent]
        axes.fill_between(x, lower, upper, color=style.BAND, linewidth=0, label=f"{100 * track.level:g} % interval")
        axes.plot(x, realised, color=style.INK, linewidth=0.7, marker="o", markersize=1.4, label="realised")
        outside = (realised < lower) | (realised > upper)
        axes.plot(x[outside], realised[outside], "D", color=style.VERMILLION, markersize=3.2, label="outside", zorder=4)
        axes.plot(x, track.forecast[recent], color=style.BLUE, linewidth=1.3, label="forecast")
        date_axis(axes, first, last)
        percent_axis(axes, signed=True)
        axes.grid(axis="y")
        axes.set_title(f"{ahead(track.horizon)}, {serving_label(track.model, deployed=track.deployed)}")
        axes.set_ylabel("log return, %")
    under_each_other(grid)
    legend(grid[0][0], over_title=True)


def scatter_plate(finding: tuple[Track, ...] | Absent) -> Plate:
    """Every forecast of the best candidate against its realised return, with the means of forecast fifths."""
    if isinstance(finding, Absent):
        return absent("forecast_scatter", SCATTER, finding.sentence)
    shown = finding[:SIDE_BY_SIDE]
    caption = (
        "Every out-of-sample forecast of the candidate with the lowest squared error (the historical mean aside) and "
        "the return that came. Diamonds are averages over fifths of the forecasts; with skill they climb along the "
        "dashed line of equality. The axes differ: forecasts are far smaller than returns."
        f"{BEYOND if any(_many(track) for track in shown) else ''}"
        f"{first_of(len(finding), SIDE_BY_SIDE)}"
    )
    return Plate("forecast_scatter", SCATTER, caption, 178.0, partial(_draw_scatter, shown))


def _draw_scatter(finding: tuple[Track, ...], figure: SubFigure) -> None:
    (row,) = panels(figure, 1, len(finding), margins=Margins(top=THREE_LINES))
    for axes, track in zip(row, finding, strict=True):
        (points,) = axes.plot(track.forecast, track.realised, "o", color=style.BLUE, markersize=1.8, alpha=0.35, mew=0)
        points.set_rasterized(_many(track))
        x, y = fifths(track)
        axes.plot(x, y, "D", color=style.VERMILLION, markersize=4, mew=0.5, mec="white", zorder=4)
        _equality(axes, track)
        percent_axis(axes, "x", signed=True, most=3)
        percent_axis(axes, "y", signed=True)
        axes.grid()
        axes.set_title(panel_title(track.horizon, track.model, deployed=track.deployed))
        axes.set_xlabel("forecast, log return in %")
    row[0].set_ylabel("realised, log return in %")


def _many(track: Track) -> bool:
    return len(track.forecast) > MOST_VECTOR_POINTS


def fifths(track: Track) -> tuple[np.ndarray, np.ndarray]:
    """Mean forecast and mean realised return within fifths of the forecasts, smallest first."""
    order = np.argsort(track.forecast, kind="stable")
    groups = [group for group in np.array_split(order, QUANTILES) if len(group)]
    return (
        np.array([track.forecast[group].mean() for group in groups]),
        np.array([track.realised[group].mean() for group in groups]),
    )


def _equality(axes: Axes, track: Track) -> None:
    ends = np.quantile(track.forecast, (0.005, 0.995) if _many(track) else (0.0, 1.0))
    margin = 0.06 * (ends[1] - ends[0]) or 1.0
    axes.set_xlim(ends[0] - margin, ends[1] + margin)
    axes.plot(ends, ends, color=style.INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=3)
