"""CBOE's own histories of its indices: VIX, three-month VIX, VVIX and SKEW, one CSV file each.

The files are whole: nothing narrows what is asked for, but an unchanged one is not sent again.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from spx_assets.market.access import Access
from spx_assets.market.catalogue import Series, series_of
from spx_assets.market.fetch_http import Request, Web
from spx_assets.market.live import csv_reading, gathered
from spx_assets.market.reading import Reading

_PATH = "/api/global/us_indices/daily_prices/{index}_History.csv"


def read(*, now: pd.Timestamp, access: Access) -> Reading:
    """Every index of the catalogue that CBOE publishes as a file."""
    return gathered("cboe", access, now, [(entry.name, partial(_index, entry)) for entry in series_of("cboe")])


def _index(entry: Series, web: Web, now: pd.Timestamp) -> Reading:
    uri = web.access.cboe_url.rstrip("/") + _PATH.format(index=entry.ids["cboe"])
    return csv_reading(Request(uri, "csv"), entry, web, now, us_dates=True)
