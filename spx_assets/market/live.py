"""One answer of a live source to one reading, and a source's answers together.

An answer must hold the series that was asked for, and must not end before what the source gave earlier. A
series that a source no longer has is left out and said; the others stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import pandas as pd

from spx_assets.errors import NotFound, SourceRefused
from spx_assets.market.access import Access
from spx_assets.market.catalogue import Series
from spx_assets.market.draft import FileContext
from spx_assets.market.fetch_http import Request, Web
from spx_assets.market.increment import refuse_stale, since, unchanged
from spx_assets.market.instrument import INSTRUMENTS
from spx_assets.market.parse import parse
from spx_assets.market.reading import Reading, together

Source = Callable[[Web, pd.Timestamp], Reading]


def csv_reading(request: Request, entry: Series, web: Web, now: pd.Timestamp, *, us_dates: bool = False) -> Reading:
    """What a CSV answer holds of one series, with its validators; nothing where it has not changed."""
    known = web.access.known
    answer = web.get(request)
    if answer is None:
        return unchanged(known.newest.get(request.uri, {}))
    # The address names the instrument: closes that contradict it are another's.
    asked = entry.name if entry.name in INSTRUMENTS else ""
    context = FileContext(now, instrument=asked, held=known.held, us_dates=us_dates)
    reading = parse(answer.data, request.uri, context=context)
    refuse_others(reading, entry, request.uri)
    refuse_stale(reading, request.uri, known)
    asked_from = since(entry, request.uri, known) if request.window else None
    return replace(
        reading,
        validators={request.url: answer.validators} if any(answer.validators) else {},
        unasked={} if asked_from is None else dict.fromkeys(reading.observations["series"].unique(), asked_from),
    )


def refuse_others(reading: Reading, entry: Series, uri: str) -> None:
    """SourceRefused when an answer holds other series than the one asked for (prices: the S&P 500's)."""
    found = set(reading.observations["series"])
    prices = entry.name.startswith("spx_") and all(name.startswith("spx_") for name in found)
    if found and found != {entry.name} and not prices:
        raise SourceRefused(
            f"{uri} holds {', '.join(sorted(found))}, not {entry.name}", way_out="Check the address of the source."
        )


def gathered(name: str, access: Access, now: pd.Timestamp, reads: Iterable[tuple[str, Source]]) -> Reading:
    """The readings of a source's series as one, under one deadline; what is not there is said."""
    readings: list[Reading] = []
    absent: list[str] = []
    with Web(access, now=now) as web:
        for series, read in reads:
            try:
                readings.append(read(web, now))
            except NotFound as missing:
                absent.append(f"{name}: {series} left out: {missing.what}")
    if not readings:
        raise NotFound(f"{name} has none of its series", evidence="; ".join(absent), way_out="Check its address.")
    return Reading(
        together(reading.observations for reading in readings),
        (*(repair for reading in readings for repair in reading.repairs), *absent),
        tuple(source for reading in readings for source in reading.sources),
        validators={url: kept for reading in readings for url, kept in reading.validators.items()},
        unasked={series: date for reading in readings for series, date in reading.unasked.items()},
    )
