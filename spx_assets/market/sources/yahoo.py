"""Yahoo's v8 chart of the S&P 500: open, high, low, close and volume of every session since 1927.

The bar of a running session is left out, and an answer without timestamps is one without bars. Asked for
the last days only, once it has given the rest.
"""

from __future__ import annotations

from functools import partial
from urllib.parse import quote

import pandas as pd

from spx_assets.market.access import Access
from spx_assets.market.agreement import Held
from spx_assets.market.calendar import FIRST_SESSION
from spx_assets.market.catalogue import CATALOGUE
from spx_assets.market.chart import bars
from spx_assets.market.draft import FileContext
from spx_assets.market.fetch_http import Request, Web
from spx_assets.market.increment import refuse_stale, since
from spx_assets.market.live import gathered
from spx_assets.market.parse import judged
from spx_assets.market.prices import price_drafts
from spx_assets.market.reading import Reading, no_observations
from spx_assets.market.refusal import Problems

_CLOSE = CATALOGUE["spx_close"]


def read(*, now: pd.Timestamp, access: Access) -> Reading:
    """Every session's prices and volume."""
    return gathered("yahoo", access, now, [(_CLOSE.name, partial(_chart))])


def parse(data: bytes, uri: str, *, now: pd.Timestamp, held: Held | None = None) -> Reading:
    """The observations in one chart; none where it has no finished bar."""
    problems = Problems(uri)
    table = bars(data, problems, symbol=_CLOSE.ids["yahoo"])
    if not len(table):
        return Reading(no_observations(), tuple(problems.repairs), (uri,))
    context = FileContext(now, instrument=_CLOSE.name, held=Held() if held is None else held)
    return judged(price_drafts(table, problems, context), table, problems, context=context, uri=uri)


def _chart(web: Web, now: pd.Timestamp) -> Reading:
    uri = f"{web.access.yahoo_url.rstrip('/')}/v8/finance/chart/{quote(_CLOSE.ids['yahoo'])}"
    first = since(_CLOSE, uri, web.access.known)
    window = {
        "period1": str(int((first or FIRST_SESSION).timestamp())),
        "period2": str(int(now.timestamp())),
        "interval": "1d",
        "includePrePost": "false",
    }
    answer = web.get(Request(uri, "json", window))
    if answer is None:  # a server that answers "unchanged" to no condition
        return Reading(no_observations())
    reading = parse(answer.data, uri, now=now, held=web.access.known.held)
    refuse_stale(reading, uri, web.access.known)
    unasked = {} if first is None else dict.fromkeys(web.access.known.newest[uri], first)
    return Reading(reading.observations, reading.repairs, reading.sources, unasked=unasked)
