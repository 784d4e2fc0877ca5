"""What `SPX_SOURCE` names: sources and locations, in order of preference, each read by its module."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from spx_assets.errors import UsageError
from spx_assets.market.access import Access
from spx_assets.market.catalogue import known_labels, series_named
from spx_assets.market.combine import combined
from spx_assets.market.reading import Reading
from spx_assets.market.sources import cboe, files, fred, sample, stooq, yahoo
from spx_assets.plain_text import sources_without_secrets

_LIVE: Mapping[str, Callable[..., Reading]] = MappingProxyType(
    {"fred": fred.read, "cboe": cboe.read, "yahoo": yahoo.read, "stooq": stooq.read}
)


# What a user may call the instruments, beside the names and ids of the catalogue.
_SHORT = {"spx": "spx_close", "gspc": "spx_close", "^spx": "spx_close", "vix": "vix_close", "^vix": "vix_close"}
_TOLD = re.compile(r"(?P<series>[A-Za-z0-9_^]+)=(?P<file>.+)", re.DOTALL)


def read_in_order(source: str, *, now: pd.Timestamp, access: Access) -> Reading:
    """The combined reading of every source named, in their order; each has the deadline to itself.

    Sources that say what they give are read first: files are judged against their values too.
    """
    names = _names(source)
    given = {name: _live(name, now, access) for name in names if name == "sample" or name in _LIVE}
    held = access.known.held
    for reading in given.values():
        held = held.beside(reading.observations)
    for name in names:
        if name not in given:
            beside = replace(access, known=replace(access.known, held=held))
            location, told = _told(name)
            given[name] = files.read(location, now=now, access=beside, told=told)
            held = held.beside(given[name].observations)
    return combined([given[name] for name in names])


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
    return list(dict.fromkeys(names))


def _live(name: str, now: pd.Timestamp, access: Access) -> Reading:
    return sample.read() if name == "sample" else _LIVE[name](now=now, access=access)


def _told(name: str) -> tuple[str, files.Told]:
    """A location, and which series and column its file is said to hold: `spx=FILE`, `wti=FILE:Price`."""
    match = _TOLD.fullmatch(name)
    if match is None or Path(name).exists():
        return name, files.Told()
    said, location = match["series"], match["file"]
    entry = series_named(_SHORT.get(said.casefold(), said))
    if entry is None:
        raise UsageError(f"{said!r} in {name!r} is not a known series", way_out=f"Known series: spx, {known_labels()}.")
    file, colon, column = location.rpartition(":")
    if colon and file and "/" not in column and not Path(location).exists():
        return file, files.Told(entry.name, column)
    return location, files.Told(entry.name)
