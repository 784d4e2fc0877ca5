"""FRED: without a key its CSV downloads; with one its JSON API, and every vintage that ALFRED has.

A download holds today's values under the release rule; a vintage says when each value was published. Both
ask a daily series for its last days only, once it has given the rest, and slower ones for all of it.
"""

from __future__ import annotations

from functools import partial
from typing import TypeVar

import pandas as pd

from spx_assets.errors import FetchFailed
from spx_assets.market.access import Access
from spx_assets.market.calendar import NEW_YORK
from spx_assets.market.catalogue import Series, series_of
from spx_assets.market.draft import FileContext
from spx_assets.market.fetch_http import Request, Web
from spx_assets.market.increment import refuse_stale, since, unchanged
from spx_assets.market.live import csv_reading, gathered
from spx_assets.market.parse import judged
from spx_assets.market.reading import Reading
from spx_assets.market.refusal import Problems
from spx_assets.market.vintages import records, vintage_dates, vintages

T = TypeVar("T")
# Limits of the API ("fred/series/observations", "fred/series/vintagedates"): vintages in one request, records
# and dates on one page.
MAX_VINTAGES = 2_000
_MAX_RECORDS = 100_000
_MAX_DATES = 10_000


def read(*, now: pd.Timestamp, access: Access) -> Reading:
    """Every series of the catalogue that FRED has."""
    one = _download if access.fred_api_key is None else _all_vintages
    return gathered("fred", access, now, [(entry.name, partial(one, entry)) for entry in series_of("fred")])


def _download(entry: Series, web: Web, now: pd.Timestamp) -> Reading:
    uri = f"{web.access.fred_url.rstrip('/')}/graph/fredgraph.csv?id={entry.ids['fred']}"
    first = since(entry, uri, web.access.known)
    window = None if first is None else {"cosd": f"{first:%Y-%m-%d}"}
    return csv_reading(Request(uri, "csv", window), entry, web, now)


def _all_vintages(entry: Series, web: Web, now: pd.Timestamp) -> Reading:
    uri = _api(web, "observations", entry)
    known = web.access.known
    published = _vintage_dates(entry, web)
    last_known = known.newest_known_at.get(uri, {}).get(entry.name)
    last_day = "" if last_known is None else f"{last_known.tz_convert(NEW_YORK):%Y-%m-%d}"
    missing = [day for day in published if day > last_day]
    if not missing:
        return unchanged(known.newest.get(uri, {}))
    first = since(entry, uri, known)
    window = {} if first is None else {"observation_start": f"{first:%Y-%m-%d}"}
    problems = Problems(uri)
    found = []
    for begin in range(0, len(missing), MAX_VINTAGES):
        chunk = missing[begin : begin + MAX_VINTAGES]
        found += _records(entry, web, {**window, "realtime_start": chunk[0], "realtime_end": chunk[-1]}, problems)
    table, draft = vintages(found, entry, problems, first_vintage=pd.Timestamp(published[0]))
    reading = judged([draft], table, problems, context=FileContext(now, held=known.held), uri=uri)
    refuse_stale(reading, uri, known)
    return Reading(
        reading.observations, reading.repairs, reading.sources, unasked={} if first is None else {entry.name: first}
    )


def _vintage_dates(entry: Series, web: Web) -> list[str]:
    uri = _api(web, "vintagedates", entry)
    problems = Problems(uri)
    published: list[str] = []
    count = 1
    while len(published) < count:
        page, count = vintage_dates(_page(uri, {"limit": str(_MAX_DATES)}, len(published), web), problems)
        published += _some(page, uri)
    return published


def _records(entry: Series, web: Web, window: dict[str, str], problems: Problems) -> list[dict[str, str]]:
    uri = _api(web, "observations", entry)
    found: list[dict[str, str]] = []
    count = 1
    while len(found) < count:
        asked = {**window, "limit": str(_MAX_RECORDS)}
        page, count = records(_page(uri, asked, len(found), web), problems)
        found += _some(page, uri)
    return found


def _some(page: list[T], uri: str) -> list[T]:
    if not page:  # or the same page would be asked for until the deadline
        raise FetchFailed(f"{uri} answered with less than it counts", way_out="Try again later.")
    return page


def _page(uri: str, window: dict[str, str], offset: int, web: Web) -> bytes:
    asked = {**window, "file_type": "json", "offset": str(offset)}
    answer = web.get(Request(uri, "json", asked, {"api_key": web.access.fred_api_key or ""}))
    return b"" if answer is None else answer.data


def _api(web: Web, what: str, entry: Series) -> str:
    return f"{web.access.fred_api_url.rstrip('/')}/fred/series/{what}?series_id={entry.ids['fred']}"
