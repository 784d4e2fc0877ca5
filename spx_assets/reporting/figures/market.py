"""Figures of the index itself: where it may go, and the regimes it went through."""

from __future__ import annotations

from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import SubFigure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, LogLocator, NullFormatter, NullLocator

from spx_assets.reporting import style
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.arrays import Numbers
from spx_assets.reporting.figures.panels import Margins, date_axis, days, panels, percent_axis, under_each_other
from spx_assets.reporting.figures.plate import Plate, absent
from spx_assets.reporting.labels import listed, number
from spx_assets.reporting.outlook import NextForecast, Outlook
from spx_assets.reporting.regimes import FEWEST_SESSIONS, REGIMES, PriceRegimes

OUTLOOK = "Where the index may be"
# Points between the middles of two labels of horizons.
LABEL_PITCH = 16.0
# Beyond this many sessions single ones are thinner than the eye can tell apart.
MOST_SHADED_SESSIONS = 2520
REGIME = "The index and its volatility regimes"


def outlook_plate(finding: Outlook | Absent) -> Plate:
    """The closes so far and the nested intervals of each forecast at its target session."""
    if isinstance(finding, Absent):
        return absent("outlook", OUTLOOK, finding.sentence)
    if finding.close is None:
        return absent("outlook", OUTLOOK, f"The close of {finding.origin} is not among the observations.")
    levels = [f"{100 * one.level:g}" for one in finding.forecasts[-1].intervals]
    widths = f"bars hold the close with {listed(levels)} % probability, " if levels else ""
    horizons = listed([str(one.horizon) for one in finding.forecasts])
    caption = (
        f"Closes up to {finding.origin}, and the forecasts for {horizons} sessions ahead: {widths}"
        "dots are the point forecasts. See how small the expected move is beside the range of what may happen."
    )
    return Plate("outlook", OUTLOOK, caption, 168.0, partial(_draw_outlook, finding), stretch=0.9)


def _draw_outlook(finding: Outlook, figure: SubFigure) -> None:
    axes = panels(figure, margins=Margins(right=6, top=10, bottom=26))[0][0]
    past = days(finding.past)
    axes.plot(past, finding.past_closes, color=style.INK, linewidth=1.2, label="close")
    axes.plot(past[-1], finding.past_closes[-1], "o", color=style.INK, markersize=3.2)
    axes.axvline(past[-1], color=style.RULE, linewidth=0.7, zorder=0)
    for forecast in finding.forecasts:
        _draw_forecast(axes, finding, forecast)
    last = max(_day(forecast) for forecast in finding.forecasts)
    date_axis(axes, past[0], last + 0.03 * (last - past[0]))
    _label_horizons(axes, finding)
    axes.grid(axis="y")
    axes.set_ylabel("S&P 500, index points")
    axes.yaxis.set_major_formatter(lambda value, _position: number(value, 0))


def _day(forecast: NextForecast) -> float:
    return float(days(np.array([forecast.target], dtype="datetime64[ns]"))[0])


def _draw_forecast(axes: Axes, finding: Outlook, forecast: NextForecast) -> None:
    x = _day(forecast)
    for place, interval in enumerate(reversed(forecast.intervals)):
        ends = [finding.index_level(interval.low), finding.index_level(interval.high)]
        shade = (style.BAND, "#8FBBD9", "#4E95C4", style.BLUE)[min(place, 3)]
        axes.plot([x, x], ends, color=shade, linewidth=1.6 + 1.5 * place, solid_capstyle="butt", zorder=2)
    centre = finding.index_level(forecast.forecast)
    axes.plot(x, centre, "o", color="white", markeredgecolor=style.INK, markersize=3.4, zorder=4)


def _label_horizons(axes: Axes, finding: Outlook) -> None:
    """Sessions ahead above each bar, below it where the one before is too near, nowhere if both are."""
    taken = {"above": -np.inf, "below": -np.inf}
    points_per_day = axes.bbox.width / axes.figure.dpi * style.POINTS_PER_INCH / np.diff(axes.get_xlim())[0]
    for forecast in finding.forecasts:
        x = _day(forecast)
        levels = [finding.index_level(forecast.forecast)]
        levels += [finding.index_level(end) for one in forecast.intervals for end in (one.low, one.high)]
        for side, level, offset in (("above", max(levels), 3), ("below", min(levels), -9)):
            if (x - taken[side]) * points_per_day > LABEL_PITCH:
                taken[side] = x
                axes.annotate(f"+{forecast.horizon}", (x, level), (0, offset), textcoords="offset points", ha="center")
                break


def regimes_plate(finding: PriceRegimes | Absent) -> Plate:
    """The close, shaded by regime, over the volatility measure with the tercile bounds known then."""
    if isinstance(finding, Absent):
        return absent("price_regimes", REGIME, finding.sentence)
    return Plate("price_regimes", REGIME, _regimes_caption(finding), 198.0, partial(_draw_regimes, finding))


def _regimes_caption(finding: PriceRegimes) -> str:
    if not any(one.sessions for one in finding.regimes):
        return (
            f"Fewer than {FEWEST_SESSIONS} sessions are known: too few to tell regimes of the {finding.measure_name}."
        )
    counts = listed([f"{one.name} {one.sessions:,} sessions" for one in finding.regimes])
    spreads = [number(one.next_deviation, 2) for one in finding.regimes]
    caption = (
        f"Shaded by the tercile of the {finding.measure_name} among all sessions up to then ({counts}; none "
        "before half a year is known)."
    )
    if len(finding.regime) > MOST_SHADED_SESSIONS:
        caption += " Each quarter has the shade of its most common regime."
    if "–" in spreads:
        return caption
    return (
        f"{caption} The next session's return has a standard deviation of {listed(spreads)} % in them: what can be "
        "predicted is the size of moves, and the intervals use it."
    )


def _draw_regimes(finding: PriceRegimes, figure: SubFigure) -> None:
    (upper,), (lower,) = panels(figure, 2, 1, gap_y=10, heights=(1.9, 1.0), margins=Margins(top=12, bottom=26))
    x = days(finding.sessions)
    upper.plot(x, finding.close, color=style.INK, linewidth=0.9)
    _log_axis(upper, finding)
    upper.set_ylabel("S&P 500, log scale")
    lower.plot(x, finding.measure, color=style.BLUE, linewidth=0.8)
    for bound in (finding.lower_bound, finding.upper_bound):
        lower.plot(x, bound, color=style.INK, linewidth=0.8, linestyle=(0, (4, 1.5)))
    lower.set_ylabel("% per year")
    percent_axis(lower)
    for axes in (upper, lower):
        _shade(axes, x, finding)
        date_axis(axes, x[0], x[-1])
    under_each_other([[upper], [lower]])
    _regime_legend(upper, finding.measure_name)


def _log_axis(axes: Axes, finding: PriceRegimes) -> None:
    axes.set_yscale("log")
    low, high = float(np.nanmin(finding.close)), float(np.nanmax(finding.close))
    if high / low > 8:
        axes.yaxis.set_major_locator(LogLocator(base=10, subs=(1.0, 2.0, 5.0)))
    else:
        step = next(
            size for size in (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000) if (high - low) / size <= 6
        )
        axes.yaxis.set_major_locator(FixedLocator(list(np.arange(step * (low // step), high + step, step))))
    axes.set_ylim(low / 1.02, high * 1.02)
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_formatter(lambda value, _position: number(value, 0))


def shown_regimes(finding: PriceRegimes) -> Numbers:
    """The regime of each session or, of a long history, the most common one of its quarter."""
    if len(finding.regime) <= MOST_SHADED_SESSIONS:
        return finding.regime
    quarters = finding.sessions.astype("datetime64[M]").astype(int) // 3
    shown = np.empty_like(finding.regime)
    for quarter in np.unique(quarters):
        names, counts = np.unique(finding.regime[quarters == quarter], return_counts=True)
        shown[quarters == quarter] = names[np.argmax(counts)]
    return shown


def _shade(axes: Axes, x: np.ndarray, finding: PriceRegimes) -> None:
    low, high = axes.get_ylim()
    shown = shown_regimes(finding)
    for place in (1, 2):
        within = shown == place
        axes.fill_between(
            x, low, high, where=list(within), step="post", color=style.SHADES[place], linewidth=0, zorder=0
        )
    axes.set_ylim(low, high)


def _regime_legend(axes: Axes, measure_name: str) -> None:
    handles: list[Patch | Line2D] = [
        Patch(facecolor=shade, edgecolor=style.RULE, linewidth=0.4, label=name)
        for shade, name in zip(style.SHADES, REGIMES, strict=True)
    ]
    handles.append(Line2D([], [], color=style.BLUE, linewidth=0.9, label=measure_name))
    handles.append(Line2D([], [], color=style.INK, linewidth=0.8, linestyle=(0, (4, 1.5)), label="tercile bounds then"))
    axes.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=5, borderaxespad=0.0, handlelength=1.8
    )
