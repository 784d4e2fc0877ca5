"""Yahoo through production code: a chart of sessions, the bar in progress, and answers without bars."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spx_assets.errors import FetchFailed, SourceRefused
from spx_assets.market import calendar, known_from, read_source
from spx_assets.market.observation import validated
from spx_assets.market.sources import yahoo
from spx_assets_tests.market.documents import NOW, SHARED, values_of
from spx_assets_tests.market.hostile import ok, raw, serving
from spx_assets_tests.market.recorded import RECORDED_BY, replies
from spx_assets_tests.market.test_chart import ENDS, chart

recorded = pytest.mark.skipif(not SHARED.exists(), reason="the recorded payloads are not beside the repository")


def answer(document: dict[str, Any]) -> Any:
    """A chart as Yahoo sends it."""
    return ok(json.dumps(document).encode(), "application/json;charset=utf-8")


def test_the_bar_in_progress_is_dropped() -> None:
    """Two finished sessions, five series each; the running one is counted."""
    with serving(answer(chart())) as server:
        reading = read_source("yahoo", now=NOW, access=server.access)
    assert values_of(reading, "spx_close") == [("2024-01-02", 4742.8), ("2024-01-03", 4704.8)]
    assert len(validated(reading.observations)) == 10
    assert reading.repairs == (f"{server.url}/v8/finance/chart/%5EGSPC: 1 bars left out: the session is not over",)


@recorded
def test_the_recorded_bar_in_progress_is_dropped() -> None:
    """2024-02-29 at 13:46 in New York: 5085.06 against a close of 5096.27. Nothing is left, and nothing is wrong."""
    with serving(replies, deadline_s=30) as server:
        reading = read_source("yahoo", now=RECORDED_BY, access=server.access)
    assert len(reading.observations) == 0
    assert "the session is not over" in reading.repairs[0]


@recorded
def test_a_chart_of_a_whole_history() -> None:
    """24,725 sessions from 1927 as one chart give what Yahoo's CSV gives."""
    prices = pd.read_csv(SHARED / "wire" / "yfinance_to_csv_GSPC_2026-06.csv")
    opened = calendar.at_new_york(pd.DatetimeIndex(prices["Date"]), pd.Timestamp("09:30").time())
    stamps = [int(stamp) for stamp in opened.asi8 // 10**9]
    document = chart(timestamp=stamps, meta={"regularMarketTime": ENDS})
    document["chart"]["result"][0]["indicators"]["quote"] = [
        {name: prices[name.title()].tolist() for name in ("open", "high", "low", "close", "volume")}
    ]
    with serving(answer(document)) as server:
        by_chart = read_source("yahoo", now=RECORDED_BY, access=server.access).observations
    by_csv = read_source(str(SHARED / "wire" / "yfinance_to_csv_GSPC_2026-06.csv"), now=RECORDED_BY).observations
    pd.testing.assert_frame_equal(by_csv.drop(columns="source"), by_chart.drop(columns="source"))


def test_a_missing_timestamp_is_an_answer_without_bars() -> None:
    """As for a window that holds no session."""
    document = chart()
    del document["chart"]["result"][0]["timestamp"]
    with serving(answer(document)) as server:
        reading = read_source("yahoo", now=NOW, access=server.access)
    assert len(reading.observations) == 0
    assert "3 bars left out: they have no timestamp" in reading.repairs[0]


def test_only_what_is_missing_is_asked_for() -> None:
    """The whole history at first, then from thirty days before the newest session held."""
    with serving(answer(chart())) as server:
        first = read_source("yahoo", now=NOW, access=server.access)
        again = read_source("yahoo", now=NOW, access=replace(server.access, known=known_from(first.observations)))
    asked_from = [pd.Timestamp(int(asked.query["period1"]), unit="s") for asked in server.asked]
    assert [f"{day:%F}" for day in asked_from] == ["1927-12-30", "2023-12-04"]
    assert f"{again.unasked['spx_high']:%F}" == "2023-12-04"


def test_an_impossible_price_is_refused_with_its_bar() -> None:
    """Judged like any other table of prices."""
    document = chart()
    document["chart"]["result"][0]["indicators"]["quote"][0]["high"][1] = 4000.0
    with serving(answer(document)) as server, pytest.raises(SourceRefused) as refused:
        read_source("yahoo", now=NOW, access=server.access)
    assert "bar 2, column high" in str(refused.value)


def test_too_many_requests_is_said() -> None:
    """Yahoo's edge answers in words."""
    busy = raw(429, b"Edge: Too Many Requests", "Content-Length: 23")
    with serving(busy) as server, pytest.raises(FetchFailed, match="HTTP 429"):
        read_source("yahoo", now=NOW, access=server.access)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
PLACES = (
    "",
    "chart",
    "chart.error",
    "chart.result",
    "chart.result.0.meta",
    "chart.result.0.meta.regularMarketTime",
    "chart.result.0.meta.currentTradingPeriod.regular.end",
    "chart.result.0.timestamp",
    "chart.result.0.timestamp.1",
    "chart.result.0.indicators",
    "chart.result.0.indicators.quote.0",
    "chart.result.0.indicators.quote.0.close",
    "chart.result.0.indicators.quote.0.close.0",
    "chart.result.0.indicators.quote.0.volume.1",
)


def check_changed(place: str, value: object) -> None:
    """A chart with anything in any place: a typed refusal, or observations that keep their contract."""
    document: Any = {"": chart()}
    at: Any = document
    *way, last = ["", *(name for name in place.split(".") if name)]
    for name in way:
        at = at[int(name)] if isinstance(at, list) else at[name]
    at[int(last) if isinstance(at, list) else last] = value
    try:
        reading = yahoo.parse(json.dumps(document[""]).encode(), "chart", now=NOW)
    except SourceRefused:
        return
    validated(reading.observations)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PLACES), ANYTHING)
def test_any_chart_is_refused_or_sound(place: str, value: object) -> None:
    """No other error, whatever Yahoo sends."""
    check_changed(place, value)


@pytest.mark.slow
@settings(max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(PLACES), ANYTHING)
def test_any_chart_soaked(place: str, value: object) -> None:
    """The same, for as long as a soak takes."""
    check_changed(place, value)
