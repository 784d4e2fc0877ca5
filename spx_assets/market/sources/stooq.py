"""Stooq's daily CSV of the S&P 500. Asked for the last days only, once it has given the rest.

Stooq says "Exceeded the daily hits limit" and "No data" with status 200; neither is a table, and both are
refused as such. It asks for a key with downloads (`SPX_STOOQ_API_KEY`).
"""

from __future__ import annotations

from functools import partial
from urllib.parse import quote

import pandas as pd

from spx_assets.market.access import Access
from spx_assets.market.calendar import NEW_YORK
from spx_assets.market.catalogue import CATALOGUE
from spx_assets.market.fetch_http import Request, Web
from spx_assets.market.increment import since
from spx_assets.market.live import csv_reading, gathered
from spx_assets.market.reading import Reading

_CLOSE = CATALOGUE["spx_close"]


def read(*, now: pd.Timestamp, access: Access) -> Reading:
    """Open, high, low and close of every session, without volume: Stooq's is another quantity than Yahoo's."""
    return gathered("stooq", access, now, [(_CLOSE.name, partial(_prices))])


def _prices(web: Web, now: pd.Timestamp) -> Reading:
    access = web.access
    uri = f"{access.stooq_url.rstrip('/')}/q/d/l/?s={quote(_CLOSE.ids['stooq'].lower())}&i=d"
    first = since(_CLOSE, uri, access.known)
    today = now.tz_convert(NEW_YORK)
    window = None if first is None else {"d1": f"{first:%Y%m%d}", "d2": f"{today:%Y%m%d}"}
    secret = None if access.stooq_api_key is None else {"apikey": access.stooq_api_key}
    return csv_reading(Request(uri, "csv", window, secret), _CLOSE, web, now)
