"""Yahoo's v8 chart: a JSON document of bars, as a table of prices.

The bar of a session that is still running is left out, and so are quotes without a timestamp; both are
counted. What a price means is judged afterwards, as for any other table of prices.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from spx_assets.market.json_document import document, member
from spx_assets.market.refusal import Problems, quoted
from spx_assets.market.table import Table

_FIELDS = ("open", "high", "low", "close", "volume")
_ZONE = "America/New_York"
# The year 2255, and 1684: beyond 2262 a nanosecond clock overflows.
_LAST_SECOND = 9_000_000_000
_WAY_OUT = "Fetch it again; if it stays, Yahoo has changed its format."


def bars(data: bytes, problems: Problems, *, symbol: str) -> Table:
    """One row per daily bar: date, open, high, low, close, volume; perhaps none. SourceRefused otherwise."""
    chart = document(data, problems)
    error = member(chart, "chart", dict, problems).get("error")
    if error is not None:
        problems.refuse(f"holds an error instead of bars: {quoted(error)}", "Check the symbol, or try again later.")
    result = member(chart, "chart.result.0", dict, problems)
    meta = member(result, "meta", dict, problems)
    for name, expected in (("symbol", symbol), ("dataGranularity", "1d"), ("exchangeTimezoneName", _ZONE)):
        if meta.get(name) != expected:
            problems.refuse(
                f"holds {quoted(meta.get(name))}, not {expected}", _WAY_OUT, f"at chart.result.0.meta.{name}"
            )
    quote = member(result, "indicators.quote.0", dict, problems)
    stamps = result.get("timestamp", [])
    if not isinstance(stamps, list) or not all(type(stamp) is int for stamp in stamps):
        problems.refuse("holds something else than whole seconds", _WAY_OUT, "at chart.result.0.timestamp")
    if not stamps:
        problems.repaired(
            max((len(v) for v in quote.values() if isinstance(v, list)), default=0),
            "bars left out: they have no timestamp",
        )
    columns = {name: _prices(quote.get(name, []), len(stamps), name, problems) for name in _FIELDS} if stamps else {}
    return _table(stamps, columns, meta, problems)


def _prices(values: Any, count: int, name: str, problems: Problems) -> pd.Series:
    """One column of the quote, None as NaN."""
    place = f"at chart.result.0.indicators.quote.0.{name}"
    if not isinstance(values, list) or len(values) != count:
        problems.refuse(f"does not hold {count} values", _WAY_OUT, place)
    if not all(value is None or type(value) in (int, float) for value in values):
        problems.refuse("holds something else than numbers", _WAY_OUT, place)
    return pd.Series([np.nan if value is None else float(value) for value in values], dtype="float64")


def _table(stamps: list[int], columns: Mapping[str, pd.Series], meta: Mapping[str, Any], problems: Problems) -> Table:
    _refuse_other_times([*stamps], "chart.result.0.timestamp", problems)
    opened = pd.to_datetime(pd.Series(stamps, dtype="int64"), unit="s", utc=True).dt.tz_convert(_ZONE)
    dates = opened.dt.tz_localize(None).dt.normalize().astype("datetime64[ns]")
    kept = ~(_running(dates, meta, problems) | _repeated(dates, stamps, meta, problems))
    frame = pd.DataFrame({"date": dates, **columns})[kept.to_numpy()]
    return Table(
        problems.name,
        tuple(frame.columns),
        tuple(frame[name].reset_index(drop=True) for name in frame.columns),
        np.flatnonzero(kept.to_numpy()) + 1,
        unit="bar",
    )


def _refuse_other_times(stamps: list[int], path: str, problems: Problems) -> None:
    if any(abs(stamp) > _LAST_SECOND for stamp in stamps):
        problems.refuse("holds a time of no calendar", _WAY_OUT, f"at {path}")


def _running(dates: pd.Series, meta: Mapping[str, Any], problems: Problems) -> pd.Series:
    """The bars of the session that had not ended when Yahoo answered: their last price is not the close."""
    if dates.empty:
        return pd.Series(dtype=bool)
    answered = member(meta, "regularMarketTime", int, problems)
    ends = member(meta, "currentTradingPeriod.regular.end", int, problems)
    _refuse_other_times([ends], "chart.result.0.meta.currentTradingPeriod.regular.end", problems)
    session = pd.Timestamp(ends, unit="s", tz="UTC").tz_convert(_ZONE).tz_localize(None).normalize()
    running: pd.Series = (dates == session) & (answered < ends)
    problems.repaired(int(running.sum()), "bars left out: the session is not over")
    return running


def _repeated(dates: pd.Series, stamps: list[int], meta: Mapping[str, Any], problems: Problems) -> pd.Series:
    """The live copy that Yahoo appends to a session's own bar, stamped with the time of the last trade."""
    live: pd.Series = dates.duplicated() & (pd.Series(stamps, dtype="int64") == meta.get("regularMarketTime"))
    problems.repaired(int(live.sum()), "bars left out: the live copy of another")
    return live
