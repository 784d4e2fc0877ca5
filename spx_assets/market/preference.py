"""What `SPX_SOURCE` names: sources and locations, in order of preference, each read by its module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from spx_assets.errors import UsageError
from spx_assets.market.access import Access
from spx_assets.market.combine import combined
from spx_assets.market.reading import Reading
from spx_assets.market.sources import cboe, files, fred, sample, stooq, yahoo
from spx_assets.plain_text import sources_without_secrets

_LIVE: Mapping[str, Callable[..., Reading]] = MappingProxyType(
    {"fred": fred.read, "cboe": cboe.read, "yahoo": yahoo.read, "stooq": stooq.read}
)


def read_in_order(source: str, *, now: pd.Timestamp, access: Access) -> Reading:
    """The combined reading of every source named, in their order; each has the deadline to itself."""
    return combined([_read(name, now, access) for name in _names(source)])


def _names(source: str) -> list[str]:
    if source.strip() and Path(source).exists():  # a file may have a comma in its name
        return [source]
    names = [name.strip() for name in source.split(",")]
    if not all(names):
        raise UsageError(
            f"The source {sources_without_secrets(source)!r} names nothing between two commas"
            if "," in source
            else "The source is empty",
            way_out="Name sources in order of preference, such as fred,yahoo.",
        )
    return names


def _read(name: str, now: pd.Timestamp, access: Access) -> Reading:
    if name == "sample":
        return sample.read()
    if name in _LIVE:
        return _LIVE[name](now=now, access=access)
    return files.read(name, now=now, access=access)
