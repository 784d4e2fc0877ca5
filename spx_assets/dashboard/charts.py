"""The marks of every chart: bands, lines, points and bars, in colours that read on light and dark pages.

Each chart is a function of a table and titles, with units in the titles; what is shown is decided by the pages.
The colours are Okabe and Ito's (2008), or darkened to at least 3:1 against both backgrounds.
"""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

BLUE, VERMILLION, GREEN, GREY = "#2F86C5", "#D55E00", "#00906A", "#808080"
HEIGHT = 320
Layers = alt.LayerChart | alt.FacetChart
OUTCOMES: Mapping[str, str] = {"inside": BLUE, "outside": VERMILLION, "no interval yet": GREY}


def fan(closes: pd.DataFrame, ends: pd.DataFrame) -> Layers:
    """The index until now, and from there a band to each target session.

    `closes`: session, close. `ends`: session, forecast, and low/high of each `level`, in index points.
    """
    x = alt.X("session:T", title=None)
    line = alt.Chart(closes).mark_line(color=BLUE, strokeWidth=2).encode(x=x, y=_points("close"))
    band = (
        alt.Chart(ends)
        .mark_area(color=VERMILLION, opacity=0.16)
        .encode(x=x, y=_points("low"), y2="high", detail="level:N")
    )
    centre = alt.Chart(ends).mark_line(color=VERMILLION, strokeDash=[5, 3]).encode(x=x, y=_points("forecast"))
    marks = (
        alt.Chart(ends[ends["horizon"] > 0])
        .mark_point(color=VERMILLION, filled=True, size=50)
        .encode(
            x=x,
            y=_points("forecast"),
            tooltip=[alt.Tooltip("session:T", title="Target"), alt.Tooltip("said:N", title="Forecast")],
        )
    )
    return alt.layer(band, line, centre, marks).properties(height=HEIGHT)


def outcomes(rows: pd.DataFrame) -> Layers:
    """Realised returns over their intervals; `rows`: origin, realised, forecast, lower, upper (in %), outcome."""
    x = alt.X("origin:T", title="Session at whose close the forecast was made")
    y = alt.Y("realised:Q", title="Log return, %")
    band = (
        alt.Chart(rows)
        .mark_area(color=GREY, opacity=0.28)
        .encode(x=x, y=alt.Y("lower:Q", title="Log return, %"), y2="upper")
    )
    centre = alt.Chart(rows).mark_line(color=GREY, strokeWidth=1).encode(x=x, y=alt.Y("forecast:Q"))
    points = (
        alt.Chart(rows[rows["realised"].notna()])
        .mark_point(filled=True, size=16, opacity=0.85)
        .encode(
            x=x,
            y=y,
            color=_coloured("outcome", OUTCOMES, "Return"),
            shape=alt.Shape("outcome:N", scale=alt.Scale(domain=list(OUTCOMES), range=["circle", "diamond", "cross"])),
            tooltip=[
                alt.Tooltip("origin:T", title="Origin"),
                alt.Tooltip("realised:Q", title="Realised, %", format="+.2f"),
                alt.Tooltip("forecast:Q", title="Forecast, %", format="+.3f"),
                alt.Tooltip("lower:Q", title="From, %", format="+.2f"),
                alt.Tooltip("upper:Q", title="To, %", format="+.2f"),
            ],
        )
    )
    return alt.layer(band, centre, points).properties(height=HEIGHT).interactive(bind_y=False)


def running(table: pd.DataFrame, column: str, title: str, *, reference: float, zero: bool = False) -> Layers:
    """One running score in per cent by origin, beside the value it is held against."""
    shown = table.dropna(subset=[column])
    line = (
        alt.Chart(shown)
        .mark_line(color=BLUE, strokeWidth=2)
        .encode(
            x=alt.X("origin:T", title=None),
            y=alt.Y(f"{column}:Q", title=title, scale=alt.Scale(zero=zero)),
            tooltip=[
                alt.Tooltip("origin:T", title="Origin"),
                alt.Tooltip(f"{column}:Q", title=title, format="+.2f" if zero else ".1f"),
            ],
        )
    )
    rule = alt.Chart(pd.DataFrame({"at": [reference]})).mark_rule(color=GREY, strokeDash=[4, 4]).encode(y="at:Q")
    return alt.layer(rule, line).properties(height=220)


def bars(table: pd.DataFrame, label: str, value: str, title: str) -> alt.Chart:
    """Horizontal bars, the longest first, negative ones in another colour."""
    drawn: alt.Chart = (
        alt.Chart(table)
        .mark_bar(height={"band": 0.7})
        .encode(
            x=alt.X(f"{value}:Q", title=title),
            y=alt.Y(
                f"{label}:N",
                title=None,
                sort=alt.EncodingSortField(field="size", order="descending"),
                axis=alt.Axis(labelLimit=240, labelOverlap=False),
            ),
            color=alt.condition(alt.datum[value] < 0, alt.value(VERMILLION), alt.value(BLUE)),
            tooltip=[alt.Tooltip(f"{label}:N", title="Feature"), alt.Tooltip(f"{value}:Q", title=title, format="+.5f")],
        )
        .properties(height=60 + 24 * len(table))
    )
    return drawn


def ranges(table: pd.DataFrame, title: str) -> Layers:
    """One row above the other: `row`, and forecast, lower and upper in the unit of `title`."""
    rows = alt.Y("row:N", title=None, sort=None)
    x = alt.X("lower:Q", title=title, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=8))
    bars = alt.Chart(table).mark_bar(height=10, color=BLUE, opacity=0.35).encode(y=rows, x=x, x2="upper:Q")
    marks = (
        alt.Chart(table)
        .mark_point(filled=True, size=90, color=BLUE)
        .encode(
            y=rows,
            x="forecast:Q",
            tooltip=[
                alt.Tooltip("row:N", title="Row"),
                alt.Tooltip("forecast:Q", title="Forecast, %", format="+.3f"),
                alt.Tooltip("lower:Q", title="From, %", format="+.2f"),
                alt.Tooltip("upper:Q", title="To, %", format="+.2f"),
            ],
        )
    )
    return alt.layer(bars, marks).properties(height=130)


def history(lines: Mapping[str, pd.DataFrame], title: str) -> Layers:
    """Values by date, one line per name; the last, in blue, is drawn over the others, in grey."""
    colours = {name: BLUE if place == len(lines) - 1 else GREY for place, name in enumerate(lines)}
    drawn = [
        alt.Chart(table[["date", "value"]].assign(line=name))
        .mark_line(strokeWidth=1.4)
        .encode(
            x=alt.X("date:T", title=None),
            y=alt.Y("value:Q", title=title, scale=alt.Scale(zero=False)),
            color=_coloured("line", colours, None),
            tooltip=[
                alt.Tooltip("date:T", title="Date"),
                alt.Tooltip("value:Q", title=title, format=",.2f"),
                alt.Tooltip("line:N", title="Value"),
            ],
        )
        for name, table in lines.items()
    ]
    return alt.layer(*drawn).properties(height=HEIGHT).interactive(bind_y=False)


def _points(column: str) -> alt.Y:
    return alt.Y(f"{column}:Q", title="Index points", scale=alt.Scale(zero=False))


def _coloured(column: str, colours: Mapping[str, str], title: str | None) -> alt.Color:
    return alt.Color(
        f"{column}:N",
        title=title,
        scale=alt.Scale(domain=list(colours), range=list(colours.values())),
        legend=alt.Legend(orient="top"),
    )
