"""Charts hold the numbers they are given, with units on their axes, in colours that can be told apart."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import altair as alt
import pandas as pd
import pytest
from PIL import Image

from spx_assets.dashboard import charts, launch
from spx_assets_tests.dashboard.contrast import contrast

DAYS = pd.bdate_range("2018-12-03", periods=4)


def _drawn(chart: charts.Spec) -> charts.Spec:
    """The chart, which Vega-Lite's schema allows, and of which every layer names a table that is there."""
    alt.Chart.from_dict({**chart, "datasets": {}})
    assert set(chart["datasets"]) == {data["name"] for data in _parts(chart, "data")}
    return chart


def _parts(value: Any, name: str) -> Iterator[Any]:
    """Every value under a key, however deep."""
    if isinstance(value, dict):
        yield from ([value[name]] if name in value else [])
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _parts(part, name)


def test_the_fan_starts_at_the_last_close() -> None:
    """Bands and centre hold the numbers given, in index points."""
    closes = pd.DataFrame({"session": DAYS, "close": [10.0, 11.0, 12.0, 13.0]})
    ends = pd.DataFrame(
        {
            "session": [DAYS[3], DAYS[3] + pd.Timedelta(days=1)],
            "horizon": [0, 1],
            "level": "90",
            "forecast": [13.0, 13.1],
            "low": [13.0, 12.0],
            "high": [13.0, 14.0],
            "said": "",
        }
    )

    found = _drawn(charts.fan(closes, ends))

    assert closes is found["datasets"]["closes"]
    assert [13.1] == found["datasets"]["targets"]["forecast"].tolist()
    assert {"Index points"} == {layer["encoding"]["y"]["title"] for layer in found["layer"]}


def test_outcomes_are_told_apart_by_colour_and_shape() -> None:
    """A point is known by more than its colour; waiting forecasts have a band and no point."""
    rows = pd.DataFrame(
        {
            "origin": DAYS,
            "realised": [0.1, 5.0, 0.2, None],
            "forecast": 0.0,
            "lower": [-1.0, -1.0, None, -1.0],
            "upper": [1.0, 1.0, None, 1.0],
            "outcome": ["inside", "outside", "no interval yet", "not yet known"],
        }
    )

    found = _drawn(charts.outcomes(rows))

    points = found["layer"][-1]
    assert set(charts.OUTCOMES) == set(points["encoding"]["color"]["scale"]["domain"])
    assert 3 == len(set(points["encoding"]["shape"]["scale"]["range"]))
    assert all(layer["encoding"]["x"]["scale"]["padding"] > 0 for layer in found["layer"])
    assert {"rows": 4, "known": 3} == {name: len(table) for name, table in found["datasets"].items()}
    assert "Log return, %" in set(map(str, _parts(found, "title")))


def test_a_running_score_has_its_reference() -> None:
    """What it is held against is drawn; missing scores are not."""
    table = pd.DataFrame({"origin": DAYS, "coverage": [None, 88.0, 91.0, 90.0]})

    found = _drawn(charts.running(table, "coverage", "Inside the interval, %", reference=90.0))

    assert [90.0] == found["datasets"]["reference"]["at"].tolist()
    assert [88.0, 91.0, 90.0] == found["datasets"]["scores"]["coverage"].tolist()


def test_an_axis_of_days_never_shows_hours_nor_a_month_without_its_year() -> None:
    """Between midnights there is no word, on every chart with dates, however near one looks."""
    table = pd.DataFrame({"date": DAYS, "value": 1.0})
    running = charts.running(pd.DataFrame({"origin": DAYS, "r2": 1.0}), "r2", "R²", reference=0.0)

    for chart in (_drawn(charts.history({"now": table}, "%")), _drawn(running)):
        axes = [x for x in _parts(chart, "x") if x["type"] == "temporal"]
        assert axes
        assert all(x["axis"]["labelExpr"].startswith("hours(datum.value) || ") for x in axes)
        assert all("'%b %Y' : '%Y'" in x["axis"]["labelExpr"] for x in axes)


def test_the_longest_bar_comes_first() -> None:
    """Whatever its sign."""
    table = pd.DataFrame({"feature": ["a", "b"], "slope": [0.1, -0.2], "size": [0.1, 0.2]})

    found = _drawn(charts.bars(table, "feature", "slope", "Basis points"))

    assert {"field": "size", "order": "descending"} == found["encoding"]["y"]["sort"]
    assert "Basis points" == found["encoding"]["x"]["title"]


def test_the_last_line_of_a_history_is_on_top() -> None:
    """What was known then, in blue, over what is known now."""
    table = pd.DataFrame({"date": DAYS, "value": 1.0})

    found = _drawn(charts.history({"now": table, "then": table[:2]}, "% per year"))

    assert [[charts.GREY, charts.BLUE]] == [
        list(scale) for scale in {tuple(layer["encoding"]["color"]["scale"]["range"]) for layer in found["layer"]}
    ]
    assert ["now", "then"] == [layer["data"]["name"] for layer in found["layer"]]
    assert {"then"} == set(found["datasets"]["then"]["line"])


def test_two_rows_of_ranges_are_told_to_the_reader_who_points() -> None:
    """Forecast and both ends, in the unit of the axis."""
    table = pd.DataFrame({"row": ["a", "b"], "forecast": [0.0, 0.1], "lower": -1.0, "upper": [1.0, None]})

    found = _drawn(charts.ranges(table, "Log return, %"))

    assert table is found["datasets"]["rows"]
    assert ["row", "forecast", "lower", "upper"] == [
        told["field"] for told in found["layer"][-1]["encoding"]["tooltip"]
    ]
    assert {"Log return, %"} == {layer["encoding"]["x"]["title"] for layer in found["layer"]}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_words_of_a_chart_are_readable_on_both_themes(theme: str) -> None:
    """WCAG AA: at least 4.5 to 1, where Streamlit's own axes have 3.7."""
    table = pd.DataFrame({"date": DAYS, "value": 1.0})
    config = charts.history({"now": table}, "% per year")["config"]
    page = launch.THEME[f"theme.{theme}.backgroundColor"]

    for words in (config["axis"], config["legend"]):
        for ink in (words["labelColor"], words["titleColor"]):
            is_light = "luminance(background) > 0.5 ? "
            light, dark = ink["expr"].removeprefix(is_light).replace("'", "").split(" : ")
            assert contrast(light if theme == "light" else dark, page) >= 4.5


@pytest.mark.parametrize("colour", [charts.BLUE, charts.VERMILLION, charts.GREEN, charts.GREY])
@pytest.mark.parametrize("page", ["#FFFFFF", "#12161B"])
def test_marks_are_seen_on_both_themes(colour: str, page: str) -> None:
    """WCAG: graphics at least 3 to 1 against the page."""
    assert contrast(colour, page) >= 3


def test_a_picture_for_white_paper_turns_dark_and_keeps_its_hues() -> None:
    """White becomes nearly black, black nearly white, and blue stays bluer than red."""
    drawn = Image.new("RGB", (3, 1))
    drawn.putdata([(255, 255, 255), (0, 0, 0), (11, 90, 143)])
    buffer = BytesIO()
    drawn.save(buffer, format="png")

    white, black, blue = Image.open(BytesIO(charts.dark(buffer.getvalue()))).convert("RGB").getdata()

    assert max(white) < 40
    assert min(black) > 215
    assert blue[2] > blue[0]
