"""The marks of every chart: bands, lines, points and bars, in colours that read on light and dark pages.

Each chart is a Vega-Lite specification made from tables and titles, with units in the titles; what is shown is decided
by the pages. Written out as JSON, since Altair would check each against its schema anew at every look (the tests do).
The colours are Okabe and Ito's (2008), or darkened to at least 3:1 against both backgrounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd

from spx_assets.reporting.web.palette import INVERSION

HALF_TURN = ((-0.574, 1.430, 0.144), (0.426, 0.430, 0.144), (0.426, 1.430, -0.856))

BLUE, VERMILLION, GREEN, GREY = "#2F86C5", "#D55E00", "#00906A", "#808080"
HEIGHT = 320
Spec = dict[str, Any]
OUTCOMES: Mapping[str, str] = {"inside": BLUE, "outside": VERMILLION, "no interval yet": GREY}
SHAPES = ("circle", "diamond", "cross")
# Streamlit writes the axes of its light theme with 3.7:1, where text wants 4.5:1 (WCAG AA).
_INK = {"expr": "luminance(background) > 0.5 ? '#4A5158' : '#D5DAE0'"}
_TEXT = {"labelColor": _INK, "titleColor": _INK}
# A session is a day: between midnights an axis has nothing to say, however near one looks; a month has its year.
_DAYS = {
    "labelExpr": "hours(datum.value) || minutes(datum.value) || seconds(datum.value) ? '' : timeFormat(datum.value, "
    "date(datum.value) > 1 ? '%-d %b' : month(datum.value) ? '%b %Y' : '%Y')"
}
_ZOOM = {"name": "zoom", "select": {"type": "interval", "encodings": ["x"]}, "bind": "scales"}


def fan(closes: pd.DataFrame, ends: pd.DataFrame) -> Spec:
    """The index until now, and from there a band to each target session.

    `closes`: session, close. `ends`: session, forecast, and low/high of each `level`, in index points.
    """
    x = _when("session")
    forecast = {"x": x, "y": _points("forecast")}
    said = [{"field": "session", "type": "temporal", "title": "Target"}, {"field": "said", "title": "Forecast"}]
    band = {"x": x, "y": _points("low"), "y2": {"field": "high"}, "detail": {"field": "level", "type": "nominal"}}
    layers = [
        _layer("ends", {"type": "area", "color": VERMILLION, "opacity": 0.16}, band),
        _layer("closes", {"type": "line", "color": BLUE, "strokeWidth": 2}, {"x": x, "y": _points("close")}),
        _layer("ends", {"type": "line", "color": VERMILLION, "strokeDash": [5, 3]}, forecast),
        _layer("targets", _dot(VERMILLION, 50), {**forecast, "tooltip": said}),
    ]
    return _chart({"closes": closes, "ends": ends, "targets": ends[ends["horizon"] > 0]}, layer=layers)


def outcomes(rows: pd.DataFrame) -> Spec:
    """Realised returns over their intervals; `rows`: origin, realised, forecast, lower, upper (in %), outcome."""
    # The first and the last point are drawn whole: the scale leaves them some pixels.
    x = {**_when("origin", "Session at whose close the forecast was made"), "scale": {"padding": 6}}
    y = "Log return, %"
    point = {
        "x": x,
        "y": _number("realised", y),
        "color": _coloured("outcome", OUTCOMES, "Return"),
        "shape": {"field": "outcome", "type": "nominal", "scale": {"domain": list(OUTCOMES), "range": list(SHAPES)}},
        "tooltip": [
            {"field": "origin", "type": "temporal", "title": "Origin"},
            _told("realised", "Realised, %", "+.2f"),
            *_told_interval(),
        ],
    }
    layers = [
        _layer(
            "rows",
            {"type": "area", "color": GREY, "opacity": 0.28},
            {"x": x, "y": _number("lower", y), "y2": {"field": "upper"}},
        ),
        _layer("rows", {"type": "line", "color": GREY, "strokeWidth": 1}, {"x": x, "y": _number("forecast", y)}),
        {**_layer("known", _dot(None, 16), point), "params": [_ZOOM]},
    ]
    return _chart({"rows": rows, "known": rows[rows["realised"].notna()]}, layer=layers)


def running(table: pd.DataFrame, column: str, title: str, *, reference: float, zero: bool = False) -> Spec:
    """One running score in per cent by origin, beside the value it is held against."""
    line = {
        "x": _when("origin"),
        "y": _number(column, title, zero=zero),
        "tooltip": [
            {"field": "origin", "type": "temporal", "title": "Origin"},
            _told(column, title, "+.2f" if zero else ".1f"),
        ],
    }
    layers = [
        _layer(
            "reference", {"type": "rule", "color": GREY, "strokeDash": [4, 4]}, {"y": _number("at", title, zero=zero)}
        ),
        _layer("scores", {"type": "line", "color": BLUE, "strokeWidth": 2}, line),
    ]
    scores = table.dropna(subset=[column])[["origin", column]]
    return _chart({"reference": pd.DataFrame({"at": [reference]}), "scores": scores}, height=220, layer=layers)


def bars(table: pd.DataFrame, label: str, value: str, title: str) -> Spec:
    """Horizontal bars, the longest (by `size`) first, negative ones in another colour."""
    names = {
        "field": label,
        "type": "nominal",
        "title": None,
        "sort": {"field": "size", "order": "descending"},
        "axis": {"labelLimit": 240, "labelOverlap": False},
    }
    encoding = {
        "x": _number(value, title, zero=True),
        "y": names,
        "color": {"condition": {"test": f"datum['{value}'] < 0", "value": VERMILLION}, "value": BLUE},
        "tooltip": [{"field": label, "title": "Feature"}, _told(value, title, "+.5f")],
    }
    mark = {"type": "bar", "height": {"band": 0.7}}
    return _chart({"bars": table}, height=60 + 24 * len(table), **_layer("bars", mark, encoding))


def ranges(table: pd.DataFrame, title: str) -> Spec:
    """One row above the other: `row`, and forecast, lower and upper in the unit of `title`."""
    rows = {"field": "row", "type": "nominal", "title": None, "sort": None}
    x = {**_number("lower", title), "axis": {"tickCount": 8}}
    told = [{"field": "row", "title": "Row"}, *_told_interval()]
    layers = [
        _layer(
            "rows",
            {"type": "bar", "height": 10, "color": BLUE, "opacity": 0.35},
            {"y": rows, "x": x, "x2": {"field": "upper"}},
        ),
        _layer("rows", _dot(BLUE, 90), {"y": rows, "x": _number("forecast", title), "tooltip": told}),
    ]
    return _chart({"rows": table}, height=130, layer=layers)


def history(lines: Mapping[str, pd.DataFrame], title: str, *, dates: str = "%Y-%m-%d") -> Spec:
    """Values by date, told as `dates` says, one line per name; the last, in blue, is drawn over the others, in grey."""
    colours = {name: BLUE if place == len(lines) - 1 else GREY for place, name in enumerate(lines)}
    encoding = {
        "x": _when("date"),
        "y": _number("value", title),
        "color": _coloured("line", colours, None),
        "tooltip": [
            {"field": "date", "type": "temporal", "title": "Date", "format": dates},
            _told("value", title, ",.2f"),
            {"field": "line", "title": "Value"},
        ],
    }
    layers = [_layer(name, {"type": "line", "strokeWidth": 1.4}, encoding) for name in lines]
    layers[-1]["params"] = [_ZOOM]
    return _chart({name: table[["date", "value"]].assign(line=name) for name, table in lines.items()}, layer=layers)


def _chart(tables: Mapping[str, pd.DataFrame], *, height: int = HEIGHT, **parts: Any) -> Spec:
    return {"datasets": dict(tables), "height": height, "config": {"axis": _TEXT, "legend": _TEXT}, **parts}


def _layer(table: str, mark: Mapping[str, Any], encoding: Mapping[str, Any]) -> Spec:
    return {"data": {"name": table}, "mark": mark, "encoding": encoding}


def _dot(colour: str | None, size: int) -> Spec:
    return {
        "type": "point",
        "filled": True,
        "size": size,
        **({"opacity": 0.85} if colour is None else {"color": colour}),
    }


def _when(column: str, title: str | None = None) -> Spec:
    return {"field": column, "type": "temporal", "title": title, "axis": _DAYS}


def _number(column: str, title: str, *, zero: bool = False) -> Spec:
    return {"field": column, "type": "quantitative", "title": title, "scale": {"zero": zero}}


def _points(column: str) -> Spec:
    return _number(column, "Index points")


def _told(column: str, title: str, form: str) -> Spec:
    return {"field": column, "type": "quantitative", "title": title, "format": form}


def _told_interval() -> list[Spec]:
    edges = (("forecast", "Forecast, %", "+.3f"), ("lower", "From, %", "+.2f"), ("upper", "To, %", "+.2f"))
    return [_told(*edge) for edge in edges]


def _coloured(column: str, colours: Mapping[str, str], title: str | None) -> Spec:
    return {
        "field": column,
        "type": "nominal",
        "title": title,
        "scale": {"domain": list(colours), "range": list(colours.values())},
        "legend": {"orient": "top"},
    }


def dark(picture: bytes) -> bytes:
    """A PNG drawn for white paper as it looks on a dark page: inverted, with the hues turned back, as the report does.

    The matrix is that of CSS `hue-rotate(180deg)` (W3C Filter Effects 1, section 8.9).
    """
    from PIL import Image  # noqa: PLC0415  # only where the reader's theme is dark

    colours = np.asarray(Image.open(BytesIO(picture)).convert("RGB"), dtype=np.float64)
    inverted = 255 - colours
    inverted = INVERSION * inverted + (1 - INVERSION) * colours
    turned = np.clip(inverted @ np.array(HALF_TURN).T, 0, 255).astype(np.uint8)
    buffer = BytesIO()
    Image.fromarray(turned).save(buffer, format="png")
    return buffer.getvalue()
