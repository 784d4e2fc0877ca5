"""Axes set by measure in a figure or subfigure, and the axis dressings that the figures share.

Margins are in points, so that labels have their room whatever the size of the page or picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import SubFigure
from matplotlib.ticker import FixedFormatter, FixedLocator, Formatter, MaxNLocator, NullLocator

from spx_assets.reporting import style, typeset
from spx_assets.reporting.labels import ahead, model_label, number

DAY = np.timedelta64(1, "D")
EDGE = 7.0
SIDE_BY_SIDE = 3
TWO_LINES = 21.0
THREE_LINES = 30.0
TITLE_ROOM = 13.0
LEGEND_ROW = 11.0
EDGE_SHARE = 0.006
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def days(dates: npt.NDArray[np.datetime64]) -> npt.NDArray[np.float64]:
    """Dates as days since 1970, the numbers that date axes are drawn in."""
    return np.asarray((dates.astype("datetime64[ns]") - np.datetime64(0, "ns")) / DAY, dtype=np.float64)


@dataclass(frozen=True)
class Margins:
    """Points between the edges of a figure and its panels, where labels and titles stand."""

    left: float = 40.0
    right: float = 2.0
    top: float = 12.0
    bottom: float = 28.0


def panels(
    figure: SubFigure,
    rows: int = 1,
    columns: int = 1,
    *,
    margins: Margins = Margins(),
    gap_x: float = 30.0,
    gap_y: float = 22.0,
    heights: Sequence[float] | None = None,
) -> list[list[Axes]]:
    """A grid of axes inside `margins`, with gaps in points between them; `heights` weighs the rows."""
    width, height = typeset.size(figure)
    weights = np.asarray(heights if heights is not None else [1.0] * rows, dtype=np.float64)
    tall = (height - margins.top - margins.bottom - gap_y * (rows - 1)) * weights / weights.sum()
    wide = (width - margins.left - margins.right - gap_x * (columns - 1)) / columns
    grid = []
    y = height - margins.top
    for row in range(rows):
        y -= tall[row]
        boxes = [(margins.left + column * (wide + gap_x), y, wide, tall[row]) for column in range(columns)]
        grid.append([figure.add_axes((x / width, b / height, w / width, h / height)) for x, b, w, h in boxes])
        # The labels of a column of panels stand under each other, flush with the text of the page.
        grid[-1][0].yaxis.set_label_coords(-(margins.left - EDGE) / wide, 0.5)
        y -= gap_y
    return grid


def percent_axis(axes: Axes, which: str = "y", *, most: int = 5, signed: bool = False) -> None:
    """About `most` round ticks with true minus signs, and as many decimals as the ticks need."""
    axis = axes.yaxis if which == "y" else axes.xaxis
    axis.set_major_locator(MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(PlainNumbers(signed=signed))


class PlainNumbers(Formatter):
    """Ticks as the tables write numbers, all with the decimals that their step needs."""

    def __init__(self, *, signed: bool) -> None:
        self.signed = signed

    def __call__(self, value: float, _position: int | None = None) -> str:
        """One tick, with the decimals of those around it."""
        return number(value, _decimals(np.asarray(self.locs)), signed=self.signed)

    def format_ticks(self, values: npt.ArrayLike) -> list[str]:
        """All ticks at once: their step is looked at once."""
        ticks = np.asarray(values, dtype=np.float64)
        decimals = _decimals(ticks)
        return [number(float(tick), decimals, signed=self.signed) for tick in ticks]


def _decimals(ticks: npt.NDArray[np.float64]) -> int:
    step = float(np.min(np.diff(ticks))) if len(ticks) > 1 else 1.0
    return next((places for places in range(5) if abs(step * 10**places - round(step * 10**places)) < 1e-6), 5)


def date_axis(axes: Axes, first: float, last: float, *, most: int = 9) -> None:
    """Ticks at the starts of years or months, at most `most` of them, from `first` to `last` (days)."""
    margin = EDGE_SHARE * (last - first)
    axes.set_xlim(first - margin, last + margin)
    starts, labels = _date_ticks(pd.Timestamp(0) + pd.Timedelta(days=first), last, most)
    axes.xaxis.set_major_locator(FixedLocator(starts))
    axes.xaxis.set_major_formatter(FixedFormatter(labels))
    axes.xaxis.set_minor_locator(NullLocator())


def _date_ticks(first: pd.Timestamp, last: float, most: int) -> tuple[list[float], list[str]]:
    month = first.to_period("M").to_timestamp()
    for months in (1, 2, 3, 6, 12, 24, 60, 120, 240):
        anchor = month.year - month.year % max(months // 12, 1)
        starts = pd.date_range(
            pd.Timestamp(anchor, 1, 1), pd.Timestamp(0) + pd.Timedelta(days=last), freq=f"{months}MS"
        )
        starts = starts[starts >= first]
        if len(starts) <= most:
            break
    if months >= 12:
        labels = [f"{start.year}" for start in starts]
    else:
        labels = [
            f"{MONTHS[start.month - 1]}\n{start.year}"
            if place == 0 or start.month <= months
            else MONTHS[start.month - 1]
            for place, start in enumerate(starts)
        ]
    return list(days(starts.to_numpy())), labels


def under_each_other(grid: Sequence[Sequence[Axes]]) -> None:
    """Only the lowest panel of a column keeps the labels of the axis they share."""
    for row in grid[:-1]:
        for axes in row:
            axes.tick_params(axis="x", labelbottom=False)


def label_rows(row: Sequence[Axes], labels: Sequence[str]) -> None:
    """Names beside the rows of the first panel, from the top down, and a line along each row through all panels."""
    heights = np.arange(len(labels))[::-1]
    for axes in row:
        axes.set_yticks([])
        axes.hlines(heights, 0, 1, transform=axes.get_yaxis_transform(), color=style.GRID, linewidth=0.5, zorder=0.5)
    row[0].set_yticks(heights, list(labels))
    row[0].tick_params(axis="y", length=0)


def first_of(count: int, shown: int) -> str:
    """What a caption adds when only the first panels are shown."""
    return f" The first {shown} of {count} horizons." if count > shown else ""


def panel_title(horizon: int, model: str, *, deployed: bool) -> str:
    """The title of a narrow panel in `THREE_LINES`: what is forecast, by which model, and whether that serves."""
    return f"{ahead(horizon)}\n{model_label(model)}\n{'deployed' if deployed else 'not deployed'}"


def zero_line(axes: Axes) -> None:
    """The line of no difference."""
    axes.axhline(0.0, color=style.MUTED, linewidth=0.7, zorder=1)


def legend(axes: Axes, *, columns: int = 4, over_title: bool = False) -> None:
    """The legend above the panel: right, so that the title keeps its place, or left in rows of its own over it."""
    height = axes.bbox.height / axes.figure.dpi * style.POINTS_PER_INCH
    axes.legend(
        loc="lower left" if over_title else "lower right",
        bbox_to_anchor=(0.0, 1.0 + TITLE_ROOM / height) if over_title else (1.0, 1.0),
        ncols=columns,
        borderaxespad=0.0,
        borderpad=0.2,
        handlelength=2.6,
        columnspacing=1.4,
    )
