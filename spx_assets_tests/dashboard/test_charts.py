"""Charts hold the numbers they are given, with units on their axes, in colours that can be told apart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from spx_assets.dashboard import charts
from spx_assets_tests.dashboard.contrast import contrast

DAYS = pd.bdate_range("2018-12-03", periods=4)


def _specification(chart: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(chart.to_json())
    return made


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

    found = _specification(charts.fan(closes, ends))

    rows = [row for table in found["datasets"].values() for row in table]
    assert {10.0, 13.0} <= {row.get("close") for row in rows}
    assert {12.0} <= {row.get("low") for row in rows}
    assert "Index points" in set(_parts(found, "title")) - {None}


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

    found = _specification(charts.outcomes(rows))

    points = found["layer"][-1]
    assert set(charts.OUTCOMES) == set(points["encoding"]["color"]["scale"]["domain"])
    assert 3 == len(set(points["encoding"]["shape"]["scale"]["range"]))
    assert [3, 4] == sorted({len(table) for table in found["datasets"].values()})
    assert "Log return, %" in set(map(str, _parts(found, "title")))


def test_a_running_score_has_its_reference() -> None:
    """What it is held against is drawn; missing scores are not."""
    table = pd.DataFrame({"origin": DAYS, "coverage": [None, 88.0, 91.0, 90.0]})

    found = _specification(charts.running(table, "coverage", "Inside the interval, %", reference=90.0))

    assert {1, 3} == {len(rows) for rows in found["datasets"].values()}
    assert [{"at": 90.0}] in found["datasets"].values()


def test_the_longest_bar_comes_first() -> None:
    """Whatever its sign."""
    table = pd.DataFrame({"feature": ["a", "b"], "slope": [0.1, -0.2], "size": [0.1, 0.2]})

    found = _specification(charts.bars(table, "feature", "slope", "Basis points"))

    assert {"field": "size", "order": "descending"} == found["encoding"]["y"]["sort"]
    assert "Basis points" == found["encoding"]["x"]["title"]


def test_the_last_line_of_a_history_is_on_top() -> None:
    """What was known then, in blue, over what is known now."""
    table = pd.DataFrame({"date": DAYS, "value": 1.0})

    found = _specification(charts.history({"now": table, "then": table[:2]}, "% per year"))

    assert [[charts.GREY, charts.BLUE]] == [
        list(scale) for scale in {tuple(layer["encoding"]["color"]["scale"]["range"]) for layer in found["layer"]}
    ]
    assert ["now", "then"] == [found["datasets"][layer["data"]["name"]][0]["line"] for layer in found["layer"]]


@pytest.mark.parametrize("colour", [charts.BLUE, charts.VERMILLION, charts.GREEN, charts.GREY])
@pytest.mark.parametrize("page", ["#FFFFFF", "#12161B"])
def test_marks_are_seen_on_both_themes(colour: str, page: str) -> None:
    """WCAG: graphics at least 3 to 1 against the page."""
    assert contrast(colour, page) >= 3
