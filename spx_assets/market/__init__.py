"""Observations: strict readers of market data, the NYSE calendar, and a history of what was known when.

Values in, values out: no clock, environment, store or framework. Bytes come in through `fetch` alone,
so every parser is a function of bytes. What is not certainly right is refused, never repaired in silence.
"""

from __future__ import annotations

import pandas as pd

from spx_assets.market.access import Access, Known, known_from
from spx_assets.market.calendar import closed_since, decision_times
from spx_assets.market.catalogue import CATALOGUE, Series
from spx_assets.market.coverage import coverage
from spx_assets.market.preference import read_in_order
from spx_assets.market.reading import OBSERVATION_DTYPES, Reading, no_observations
from spx_assets.market.revisions import Merge, as_of, dated_ahead, known_by, merge

__all__ = [
    "CATALOGUE",
    "OBSERVATION_DTYPES",
    "Access",
    "Known",
    "Merge",
    "Reading",
    "Series",
    "as_of",
    "closed_since",
    "coverage",
    "dated_ahead",
    "decision_times",
    "known_by",
    "known_from",
    "merge",
    "no_observations",
    "read_source",
]


def read_source(source: str, *, now: pd.Timestamp, access: Access | None = None) -> Reading:
    """The observations of `source`: names and locations in order of preference, comma-separated.

    A name is sample, fred, cboe, yahoo or stooq; a location is a file, folder, glob or URI (a comma in a URI is
    written %2C). A series comes from the first that has it, gaps from the next; where they disagree, the reading
    says so. `now` refuses dates of the future; `access` says how the network may be used.
    """
    return read_in_order(source, now=now, access=access or Access())
