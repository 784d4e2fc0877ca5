"""Figure of the track record: what was forecast and what came, error saved to date, and what has drifted."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import SubFigure

from spx_assets.forecasting import cumulative_sse_difference
from spx_assets.forecasting.ledger_table import scored
from spx_assets.forecasting.track_record import FEATURE, TrackRecord
from spx_assets.reporting import style
from spx_assets.reporting.figures.panels import Margins, date_axis, days, panels, percent_axis, zero_line
from spx_assets.reporting.figures.plate import Plate, absent
from spx_assets.reporting.labels import ahead, feature_label

TITLE = "The track record"
MOST_HORIZONS = 3
RECENT_ORIGINS = 126
MOST_FEATURES = 10
PANEL_HEIGHT, BAR_HEIGHT, EDGES = 92.0, 12.0, 56.0
LEVEL = "90"
FEWEST_POINTS = 2


def track_record_plate(record: TrackRecord) -> Plate:
    """A row of panels for each horizon with outcomes, and under them the features that moved most."""
    shown = [rows for _, rows in _known(record).groupby("horizon") if len(rows) >= FEWEST_POINTS][:MOST_HORIZONS]
    moved = _moved(record)
    if not shown and moved.empty:
        return absent("track_record", TITLE, record.statement)
    caption = f"{record.statement} " + (
        "Left the returns that came (dots), the forecasts (line) and their 90 % intervals by origin; right the squared "
        "error saved against the historical mean, cumulated. "
        if shown
        else ""
    )
    caption += (
        "Bars are the population stability index of the last quarter's features against all before; orange ones moved "
        "further than in every earlier quarter."
    )
    height = PANEL_HEIGHT * len(shown) + BAR_HEIGHT * len(moved) + EDGES
    return Plate("track_record", TITLE, caption, height, partial(_draw, shown, moved))


def _known(record: TrackRecord) -> pd.DataFrame:
    rows = scored(record.forecasts)
    return rows[rows["realised"].notna()]


def _moved(record: TrackRecord) -> pd.DataFrame:
    features = record.drift[(record.drift["kind"] == FEATURE) & record.drift["psi"].notna()]
    return features.sort_values(["psi", "subject"], ascending=[False, True]).head(MOST_FEATURES)


def _draw(shown: list[pd.DataFrame], moved: pd.DataFrame, figure: SubFigure) -> None:
    rows = len(shown) + (not moved.empty)
    heights = [PANEL_HEIGHT] * len(shown) + [BAR_HEIGHT * len(moved) + 1] * (not moved.empty)
    grid = panels(figure, rows, 2, margins=Margins(left=40, top=14, bottom=24), gap_x=44, gap_y=40, heights=heights)
    for (left, right), known in zip(grid, shown, strict=False):
        _forecasts(left, known.tail(RECENT_ORIGINS))
        _saved(right, known)
    if not moved.empty:
        grid[-1][1].remove()
        _bars(grid[-1][0], moved)


def _forecasts(axes: Axes, known: pd.DataFrame) -> None:
    x = days(known["origin"].to_numpy())
    if f"lower_{LEVEL}" in known:
        lower, upper = (100 * known[f"{side}_{LEVEL}"].to_numpy() for side in ("lower", "upper"))
        axes.fill_between(x, lower, upper, color=style.BAND, linewidth=0)
    axes.plot(x, 100 * known["forecast"].to_numpy(), color=style.BLUE)
    axes.plot(x, 100 * known["realised"].to_numpy(), ".", color=style.INK, markersize=3)
    _dressed(axes, x, f"{ahead(int(known['horizon'].iloc[0]))}: forecast and outcome, %")


def _saved(axes: Axes, known: pd.DataFrame) -> None:
    x = days(known["origin"].to_numpy())
    saved = cumulative_sse_difference(100 * known["realised"], 100 * known["forecast"], 100 * known["benchmark"])
    axes.plot(x, saved, color=style.BLUE)
    _dressed(axes, x, "Squared error saved, %²")


def _dressed(axes: Axes, x: np.ndarray, title: str) -> None:
    zero_line(axes)
    date_axis(axes, x[0], x[-1], most=4)
    percent_axis(axes)
    axes.grid(axis="y")
    axes.set_title(title)


def _bars(axes: Axes, moved: pd.DataFrame) -> None:
    width = axes.get_position()
    axes.set_position((0.28, width.y0, 0.66, width.height))
    places = np.arange(len(moved))[::-1]
    colours = [style.ORANGE if drifted else style.BLUE for drifted in moved["drifted"]]
    axes.barh(places, moved["psi"], height=0.6, color=colours)
    axes.set_yticks(places, [feature_label(name) for name in moved["subject"]])
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
    axes.set_title("Population stability index of the last 63 sessions")
