"""What a source gives: observations in their one shape, and what had to be repaired on the way.

The columns and dtypes of an observation live here, without pandera, so that reading a file does not pay
for importing it; the contract that judges a whole table is `observation.Observation`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pandas as pd

from spx_assets.market.catalogue import CATALOGUE

OBSERVATION_DTYPES: Mapping[str, str] = MappingProxyType(
    {
        "series": "object",
        "date": "datetime64[ns]",
        "value": "float64",
        "known_at": "datetime64[ns, UTC]",
        "source": "object",
    }
)
KEY = ["series", "date", "known_at"]


DISAGREEMENT = ["series", "date", "first", "second", "first_source", "second_source"]


def no_disagreements() -> pd.DataFrame:
    """The empty table of disagreements: two sources' values of one date, and who gave them."""
    dtypes = dict.fromkeys(DISAGREEMENT, "object") | {"date": "datetime64[ns]", "first": "float64", "second": "float64"}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in dtypes.items()})


@dataclass(frozen=True)
class Reading:
    """Observations of one or more sources, the repairs made (counted, in words), and the URIs they came from.

    `disagreements` has one row per value that a later source gives differently: `first` stands.
    `validators` is what to remember per URL, to ask only for what has changed. `unasked` names, per series, the
    date before which the source was not asked, or said that nothing had changed: what is held there stands.
    `left_out` says which files of a folder hold no series of ours or are of another kind, and why; `read_as` what the
    others were read as. `rank` orders the files of a folder: the smaller stands where two have a value.
    """

    observations: pd.DataFrame
    repairs: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    disagreements: pd.DataFrame = field(default_factory=no_disagreements)
    validators: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    unasked: Mapping[str, pd.Timestamp] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    read_as: tuple[str, ...] = ()
    rank: int = 0


def observations_of(
    series: str,
    dates: pd.DatetimeIndex,
    values: np.ndarray,
    source: str,
    *,
    known_at: pd.DatetimeIndex | None = None,
) -> pd.DataFrame:
    """Observations of one series; without `known_at` the catalogue's release rule dates them."""
    instants = CATALOGUE[series].known_at(dates) if known_at is None else known_at
    frame = pd.DataFrame({"date": dates, "value": values, "known_at": instants})
    frame.insert(0, "series", series)
    frame["source"] = source
    return frame.astype(dict(OBSERVATION_DTYPES))


def together(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """All parts as one table, sorted by series, date and known_at."""
    return in_order(pd.concat([*parts] or [no_observations()], ignore_index=True))


def in_order(observations: pd.DataFrame) -> pd.DataFrame:
    """Sorted by series, date, known_at and then value and source, so that equal content is equal bytes."""
    return observations.sort_values([*KEY, "value", "source"], kind="stable", ignore_index=True)


def no_observations() -> pd.DataFrame:
    """The empty table, with every column in its dtype."""
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in OBSERVATION_DTYPES.items()})
