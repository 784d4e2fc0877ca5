"""Yahoo's v8 chart: recorded ones as they came, and made ones at the edges."""

from __future__ import annotations

import copy
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from spx_assets.errors import SourceRefused
from spx_assets.market.chart import bars
from spx_assets.market.refusal import Problems
from spx_assets.market.table import Table
from spx_assets_tests.market.documents import SHARED

recorded = pytest.mark.skipif(not SHARED.exists(), reason="the recorded payloads are not beside the repository")

# 2024-01-02 and 03 at 09:30, the 4th at 12:30 in New York, when its session was running.
STAMPS = [1704205800, 1704292200, 1704389400]
ENDS = 1704402000  # the 4th, 16:00


def chart(**changes: Any) -> dict[str, Any]:
    """A chart of two finished sessions and a running one."""
    quote = {
        "open": [4745.2, 4725.1, 4697.4],
        "high": [4754.3, 4729.3, 4726.8],
        "low": [4722.7, 4699.7, 4687.5],
        "close": [4742.8, 4704.8, 4710.0],
        "volume": [3743050000, 3950760000, 1200000000],
    }
    meta = {
        "symbol": "^GSPC",
        "dataGranularity": "1d",
        "exchangeTimezoneName": "America/New_York",
        "regularMarketTime": STAMPS[-1],
        "currentTradingPeriod": {"regular": {"start": 1704378600, "end": ENDS}},
    }
    result = {"meta": meta | changes.pop("meta", {}), "timestamp": list(STAMPS), "indicators": {"quote": [quote]}}
    return {"chart": {"result": [result | changes], "error": None}}


def read(document: object, symbol: str = "^GSPC") -> tuple[Table, list[str]]:
    """Its bars, and what was left out."""
    problems = Problems("chart")
    return bars(json.dumps(document).encode(), problems, symbol=symbol), problems.repairs


def dates(table: Table) -> list[str]:
    """The date of each bar."""
    column = table.column("date")
    assert isinstance(column, pd.Series)
    return [f"{day:%F}" for day in column]


def test_the_bar_in_progress_is_left_out() -> None:
    """The session of the 4th had not ended when Yahoo answered."""
    table, repairs = read(chart())
    assert dates(table) == ["2024-01-02", "2024-01-03"]
    assert repairs == ["chart: 1 bars left out: the session is not over"]
    assert list(table.columns[4]) == [4742.8, 4704.8]


def test_the_bar_of_a_session_that_is_over_counts() -> None:
    """From the second at which the session ends."""
    assert len(read(chart(meta={"regularMarketTime": ENDS}))[0]) == 3
    assert len(read(chart(meta={"regularMarketTime": ENDS - 1}))[0]) == 2


def test_the_live_copy_of_a_finished_bar_is_left_out() -> None:
    """Yahoo may append the last trade to a session that has its own bar."""
    document = chart(meta={"regularMarketTime": ENDS + 60}, timestamp=[*STAMPS[:2], STAMPS[1] + 3600])
    document["chart"]["result"][0]["meta"]["regularMarketTime"] = STAMPS[1] + 3600
    document["chart"]["result"][0]["meta"]["currentTradingPeriod"]["regular"]["end"] = STAMPS[1] + 1800
    table, repairs = read(document)
    assert dates(table) == ["2024-01-02", "2024-01-03"]
    assert repairs == ["chart: 1 bars left out: the live copy of another"]


def test_a_chart_without_timestamps_has_no_bars() -> None:
    """Yahoo leaves the key out where a window holds no session."""
    document = chart()
    del document["chart"]["result"][0]["timestamp"]
    table, repairs = read(document)
    assert (len(table), repairs) == (0, ["chart: 3 bars left out: they have no timestamp"])
    document["chart"]["result"][0]["indicators"]["quote"] = [{}]
    table, repairs = read(document)
    assert (len(table), repairs) == (0, [])


def test_a_missing_price_is_a_missing_number() -> None:
    """Yahoo writes null for a session it has nothing for; what that means is judged with the other prices."""
    document = chart()
    document["chart"]["result"][0]["indicators"]["quote"][0]["close"][0] = None
    column = read(document)[0].column("close")
    assert np.isnan(list(column)).tolist() == [True, False]


def changed(path: str, value: Any) -> dict[str, Any]:
    """The chart with what stands at a path replaced, or taken away."""
    document = copy.deepcopy(chart())
    *way, last = path.split(".")
    at: Any = document["chart"]["result"][0]
    for name in way:
        at = at[int(name)] if isinstance(at, list) else at[name]
    if value is ...:
        del at[last]
    else:
        at[last] = value
    return document


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (changed("meta.symbol", "AAPL"), "'AAPL', not ^GSPC"),
        (changed("meta.dataGranularity", "1m"), "'1m', not 1d"),
        (changed("meta.exchangeTimezoneName", "Europe/London"), "not America/New_York"),
        (changed("meta.regularMarketTime", ...), "regularMarketTime: is missing"),
        (changed("meta.currentTradingPeriod", {}), "currentTradingPeriod.regular.end: is missing"),
        (changed("indicators.quote", []), "indicators.quote.0: is missing"),
        (changed("indicators.quote.0.close", [1.0]), "close: does not hold 3 values"),
        (changed("indicators.quote.0.close", ["1", 2.0, 3.0]), "close: holds something else than numbers"),
        (changed("indicators.quote.0.close", [True, 2.0, 3.0]), "close: holds something else than numbers"),
        (changed("indicators.quote.0.volume", ...), "volume: does not hold 3 values"),
        (changed("timestamp", [1.5, 2, 3]), "timestamp: holds something else than whole seconds"),
        (changed("meta.currentTradingPeriod.regular.end", 2**63), "regular.end: holds a time of no calendar"),
        (changed("timestamp", [10**18, 2, 3]), "timestamp: holds a time of no calendar"),
        ({"chart": {"result": None, "error": {"code": "Not Found"}}}, "holds an error instead of bars"),
        ({"chart": {"result": [], "error": None}}, "chart.result.0: is missing"),
        ({"finance": {}}, "at chart: is missing"),
    ],
)
def test_another_chart_is_refused_in_its_place(document: dict[str, Any], words: str) -> None:
    """What is not certainly the chart that was asked for is none."""
    with pytest.raises(SourceRefused) as refused:
        read(document)
    assert words in str(refused.value)


def payload(name: str) -> dict[str, Any]:
    """A recorded body, taken out of its envelope."""
    document: dict[str, Any] = json.loads((SHARED / "wire" / f"yahoo_v8_{name}.json").read_text())
    body: dict[str, Any] = document.get("response", {}).get("bodyJson", document)
    return body


@recorded
@pytest.mark.parametrize(
    ("name", "symbol", "count", "first", "last"),
    [
        ("chart-AAPL-2020-01-01-to-2020-01-03", "AAPL", 1, ("2020-01-02", 75.0875), ("2020-01-02", 75.0875)),
        ("chart-AAPL-2020-08-31-to-2020-11-07", "AAPL", 49, ("2020-08-31", 129.04), ("2020-11-06", 118.69)),
        (
            "historical-via-chart-MSFT-dividends-2021-02-01-to-2022-01-31.csv",
            "MSFT",
            252,
            ("2021-02-01", 239.65),
            ("2022-01-28", 308.26),
        ),
    ],
)
def test_a_recorded_chart_is_read_whole(
    name: str, symbol: str, count: int, first: tuple[str, float], last: tuple[str, float]
) -> None:
    """Count, first and last close of each."""
    table, repairs = read(payload(name), symbol)
    closes = list(zip(dates(table), table.column("close"), strict=True))
    assert (len(table), repairs) == (count, [])
    assert closes[0] == (first[0], pytest.approx(first[1], abs=1e-4))
    assert closes[-1] == (last[0], pytest.approx(last[1], abs=1e-2))


@recorded
def test_the_recorded_bar_in_progress_is_left_out() -> None:
    """2024-02-29 at 13:46: 5085.06, and the close was 5096.27."""
    table, repairs = read(payload("chart_GSPC_2024-02-29_intraday_range1d"))
    assert (len(table), repairs) == (0, ["chart: 1 bars left out: the session is not over"])


@recorded
@pytest.mark.parametrize(
    ("name", "granularity", "left_out"),
    [
        ("chart-notimestamp-weird-quote.fake", "1d", ["chart: 1 bars left out: they have no timestamp"]),
        ("chart-AAPL-2025-02-01-to-2025-02-02-includePrePost-false-interval-1m", "1m", []),
    ],
)
def test_a_recorded_chart_without_timestamps(name: str, granularity: str, left_out: list[str]) -> None:
    """A weekend has no bars, and minutes are not the days that were asked for."""
    document = payload(name)
    if granularity != "1d":
        with pytest.raises(SourceRefused, match="'1m', not 1d"):
            read(document, "AAPL")
        document["chart"]["result"][0]["meta"]["dataGranularity"] = "1d"
    table, repairs = read(document, "AAPL")
    assert (len(table), repairs) == (0, left_out)


@recorded
def test_the_chart_of_a_share_is_not_the_index() -> None:
    """Whatever it was asked for."""
    with pytest.raises(SourceRefused, match=r"'AAPL', not \^GSPC"):
        read(payload("chart-AAPL-2020-01-01-to-2020-01-03"))
