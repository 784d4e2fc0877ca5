"""Asking only for what is missing: from when on, what an unchanged answer means, and what a stale one is."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from spx_assets.errors import FetchFailed
from spx_assets.market.access import Known
from spx_assets.market.catalogue import Series
from spx_assets.market.reading import Reading, no_observations

# Daily sources correct the last days they sent. Slower series are rewritten for years (seasonal factors, base
# years) and are short: they are always asked for whole.
_OVERLAP = pd.Timedelta(days=30)
_DAY = pd.Timedelta(days=1)


def since(entry: Series, uri: str, known: Known) -> pd.Timestamp | None:
    """The first date to ask this source for; None for all of them."""
    held = known.newest.get(uri, {}).get(entry.name)
    return None if held is None or entry.frequency != "daily" else held - _OVERLAP


def unchanged(held: Mapping[str, pd.Timestamp]) -> Reading:
    """What a source gives that has not changed: nothing, and it stands by the dates that are held of it."""
    return Reading(no_observations(), unasked={series: newest + _DAY for series, newest in held.items()})


def refuse_stale(reading: Reading, uri: str, known: Known) -> None:
    """FetchFailed when an answer ends before what the same source gave earlier: a cache's old copy."""
    last = reading.observations.groupby("series")["date"].max()
    for series, newest in known.newest.get(uri, {}).items():
        if series in last.index and last[series] < newest:
            raise FetchFailed(
                f"{uri} answered with a stale copy",
                evidence=f"{series} ends on {last[series].date()}, and {newest.date()} was there before",
                way_out="Try again later; what was fetched before stays.",
            )
