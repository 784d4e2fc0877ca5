"""A file, a folder or a glob of files that people already have, in any layout `market.layouts` knows.

Files are read in the order of their names. A value comes from the first file that has it, gaps from the
next; where files disagree that is counted and said, never averaged. A refused file refuses the reading.
"""

from __future__ import annotations

from glob import glob, has_magic
from pathlib import Path

import numpy as np
import pandas as pd

from spx_assets.errors import NotFound, SourceRefused
from spx_assets.market.fetch import local_bytes
from spx_assets.market.parse import parse
from spx_assets.market.reading import Reading, together

_SUFFIXES = (".csv", ".parquet")
_ACCEPTED = "Give `sample`, or a CSV or Parquet file, a folder of them, or a quoted glob such as 'data/*.csv'."
# Sources round differently (Yahoo to single precision, FRED to cents): closer than this is agreement.
_AGREEMENT = 1e-5


def read(location: str | Path, *, now: pd.Timestamp) -> Reading:
    """The observations of every file at `location`; SourceRefused or NotFound when there is no such reading."""
    readings: list[Reading] = []
    refused: list[SourceRefused] = []
    try:
        paths = _paths(str(location))
    except OSError as failed:  # a name too long, a folder without permission
        raise SourceRefused(f"{location} cannot be read", evidence=str(failed), way_out=_ACCEPTED) from failed
    for path in paths:
        try:
            readings.append(parse(local_bytes(path), str(path), now=now))
        except SourceRefused as reason:
            refused.append(reason)
    if len(refused) == 1:
        raise refused[0]
    if refused:
        raise SourceRefused(
            f"{len(refused)} of {len(paths)} files in {location} are refused",
            evidence="\n" + "\n".join(str(reason) for reason in refused),
            way_out="Correct or remove them.",
        )
    return _combined(readings)


def _paths(location: str) -> list[Path]:
    path = Path(location)
    if path.is_dir():
        found = sorted(file for file in path.iterdir() if file.suffix.lower() in _SUFFIXES and file.is_file())
        if not found:
            raise NotFound(f"{location} holds no CSV or Parquet file", way_out=_ACCEPTED)
        return found
    if path.exists():
        return [path]
    found = sorted(Path(file) for file in glob(str(path))) if has_magic(location) else []  # noqa: PTH207  # a pattern may be absolute
    found = [file for file in found if file.is_file()]
    if not found:
        raise NotFound(f"{location} does not exist", way_out=_ACCEPTED)
    return found


def _combined(readings: list[Reading]) -> Reading:
    """One reading: per series and date the first file that has it, with the disagreements counted."""
    repairs = [repair for reading in readings for repair in reading.repairs]
    taken = readings[0].observations
    for reading in readings[1:]:
        both = _newest(taken).merge(_newest(reading.observations), on=["series", "date"], suffixes=("", "_next"))
        apart = ~np.isclose(both["value"], both["value_next"], rtol=_AGREEMENT, atol=0.0)
        for series, count in both[apart].groupby("series").size().items():
            repairs.append(
                f"{reading.sources[0]}: {count:,} values of {series} differ from an earlier file's, which stand"
            )
        known = pd.MultiIndex.from_frame(taken[["series", "date"]])
        offered = pd.MultiIndex.from_frame(reading.observations[["series", "date"]])
        taken = together([taken, reading.observations[~offered.isin(known)]])
    return Reading(taken, tuple(repairs), tuple(source for reading in readings for source in reading.sources))


def _newest(observations: pd.DataFrame) -> pd.DataFrame:
    return observations.drop_duplicates(["series", "date"], keep="last")[["series", "date", "value"]]
