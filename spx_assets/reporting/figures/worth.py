"""Figure of economic value: the gain over the historical mean at each trading cost, with its interval."""

from __future__ import annotations

from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import SubFigure

from spx_assets.reporting import style
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.figures.panels import (
    SIDE_BY_SIDE,
    THREE_LINES,
    Margins,
    first_of,
    panel_title,
    panels,
    percent_axis,
    zero_line,
)
from spx_assets.reporting.figures.plate import Plate, absent
from spx_assets.reporting.labels import number
from spx_assets.reporting.worth import LEVEL, EconomicWorth, Worth

WORTH = "What acting on the forecasts would have been worth"


def worth_plate(finding: EconomicWorth | Absent) -> Plate:
    """Certainty-equivalent gain a year against cost, a panel for each horizon."""
    if isinstance(finding, Absent):
        return absent("economic_value", WORTH, finding.sentence)
    horizons = sorted({row.horizon for row in finding.rows})
    caption = (
        "The fee a year that an investor would have paid to hold the index by the forecasts of the candidate that "
        "turned out best, which nobody knew before, instead of by the historical mean, net of trading costs, with "
        f"{number(100 * LEVEL, 0)} % intervals (stationary bootstrap), which do not allow for that choice. A forecast "
        "worth acting on keeps its whole interval above zero at the cost you pay."
        f"{first_of(len(horizons), SIDE_BY_SIDE)}"
    )
    return Plate("economic_value", WORTH, caption, 158.0, partial(_draw, finding), stretch=0.6)


def _draw(finding: EconomicWorth, figure: SubFigure) -> None:
    horizons = sorted({row.horizon for row in finding.rows})[:SIDE_BY_SIDE]
    (grid,) = panels(figure, 1, len(horizons), margins=Margins(top=THREE_LINES, right=4))
    for axes, horizon in zip(grid, horizons, strict=True):
        _draw_horizon(axes, [row for row in finding.rows if row.horizon == horizon])
    grid[0].set_ylabel("gain, % a year")


def _draw_horizon(axes: Axes, rows: list[Worth]) -> None:
    x = np.arange(len(rows))
    gain = np.array([100 * row.gain for row in rows])
    low = np.array([100 * row.gain_low for row in rows])
    high = np.array([100 * row.gain_high for row in rows])
    reach = np.maximum(np.nan_to_num([gain - low, high - gain]), 0.0)
    axes.errorbar(x, gain, yerr=reach, fmt="o", color=style.BLUE, markersize=4, elinewidth=1.1, capsize=2.5)
    zero_line(axes)
    axes.set_xlim(-0.6, len(rows) - 0.4)
    axes.set_xticks(x, [number(row.cost_bp, 0) for row in rows])
    percent_axis(axes, signed=True)
    axes.grid(axis="y")
    axes.set_title(panel_title(rows[0].horizon, rows[0].model, deployed=rows[0].deployed))
    axes.set_xlabel("cost of a trade, basis points")
