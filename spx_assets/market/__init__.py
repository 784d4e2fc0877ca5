"""Observations: strict readers of market data, the NYSE calendar, and a history of what was known when.

Values in, values out: no clock, environment, store or framework. Bytes come in through `fetch` alone,
so every parser is a function of bytes. What is not certainly right is refused, never repaired in silence.
"""

from __future__ import annotations

import pandas as pd

from spx_assets.market.calendar import decision_times
from spx_assets.market.catalogue import CATALOGUE, Series
from spx_assets.market.coverage import coverage
from spx_assets.market.reading import OBSERVATION_DTYPES, Reading, no_observations
from spx_assets.market.revisions import Merge, as_of, merge
from spx_assets.market.sources import files, sample

__all__ = [
    "CATALOGUE",
    "OBSERVATION_DTYPES",
    "Merge",
    "Reading",
    "Series",
    "as_of",
    "coverage",
    "decision_times",
    "merge",
    "no_observations",
    "read_source",
]


def read_source(source: str, *, now: pd.Timestamp) -> Reading:
    """The observations of `sample`, or of a file, folder or glob; `now` refuses dates of the future."""
    return sample.read() if source == "sample" else files.read(source, now=now)
