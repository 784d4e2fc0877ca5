"""Several readings in order of preference, and the one reading they make together.

A series comes from the first reading that has it, its gaps from the next. Where two give one date
differently, the first stands and the reading says so: values are never averaged. Where two differ on more than a
few, one of them is another series, in another unit, or dated otherwise: both are rejected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from spx_assets.errors import SourceRefused
from spx_assets.market.catalogue import CATALOGUE
from spx_assets.market.reading import DISAGREEMENT, Reading, no_disagreements, together

_PERIOD = ["series", "date"]
# Sources round differently (Yahoo to single precision, FRED to cents): closer than this is agreement.
AGREEMENT = 1e-5
# Vendors' daily values differ on up to three in a thousand; one in a hundred, or ten, are a few, and half is not.
_FEW, _FEW_SHARE = 10, 0.01
# On so many dates a correction cannot be told from another series by the count.
_TOO_FEW = 2
# Slower series are estimated anew for years, yet never at another level.
_OTHER_LEVEL = 0.2
# Vendors round and restate them, and none decides what a file is.
_NOT_JUDGED = frozenset({"spx_open", "spx_high", "spx_low", "spx_volume"})


def combined(readings: Sequence[Reading]) -> Reading:
    """One reading: per series and date the first source that has it, and every disagreement with a later one."""
    taken = readings[0].observations
    unasked = dict(readings[0].unasked)
    repairs = list(readings[0].repairs)
    apart = [readings[0].disagreements]
    for reading in readings[1:]:
        offered = _asked(reading.observations, unasked)
        differing = _disagreements(taken, offered)
        _refuse_others(taken, offered, differing)
        apart += [reading.disagreements, differing]
        repairs += [*reading.repairs, *_in_words(differing, reading)]
        held = pd.MultiIndex.from_frame(taken[_PERIOD])
        taken = together([taken, offered[~pd.MultiIndex.from_frame(offered[_PERIOD]).isin(held)]])
        # Where both were asked late, what either did not say again stands as it is held.
        unasked |= {name: max(date, unasked.get(name, date)) for name, date in reading.unasked.items()}
    return Reading(
        taken,
        tuple(repairs),
        tuple(source for reading in readings for source in reading.sources),
        pd.concat([no_disagreements(), *(part for part in apart if len(part))], ignore_index=True),
        {url: kept for reading in readings for url, kept in reading.validators.items()},
        unasked,
        tuple(said for reading in readings for said in reading.left_out),
        tuple(said for reading in readings for said in reading.read_as),
    )


def _refuse_others(taken: pd.DataFrame, offered: pd.DataFrame, differing: pd.DataFrame) -> None:
    """SourceRefused when two sources give one series so differently that they cannot both be it."""
    common = _newest(taken)[_PERIOD].merge(_newest(offered)[_PERIOD], on=_PERIOD).groupby("series").size()
    for series, rows in differing.groupby("series"):
        name, both = str(series), int(common[series])
        if name in _NOT_JUDGED:
            continue
        far = int(((rows["second"] - rows["first"]).abs() > _OTHER_LEVEL * rows["first"].abs()).sum())
        counted = CATALOGUE[name].frequency == "daily" and both > _TOO_FEW
        count, few = (len(rows), min(max(_FEW, _FEW_SHARE * both), both // 2)) if counted else (far, both // 2)
        if count > few:
            row = rows.iloc[0]
            raise SourceRefused(
                f"Two sources disagree about {name} on {count:,} of {both:,} dates that both have",
                evidence=f"on {row['date'].date()} {row['first']:.10g} in {row['first_source']} and "
                f"{row['second']:.10g} in {row['second_source']}",
                way_out="One of them is another instrument, in another unit, or dated otherwise: give only the right "
                "one.",
            )


def _asked(offered: pd.DataFrame, unasked: Mapping[str, pd.Timestamp]) -> pd.DataFrame:
    """Without the dates for which a preferred source stands by what is held: they are no gaps."""
    from_when = offered["series"].map(unasked)
    return offered[~(offered["date"] < from_when).to_numpy()] if unasked else offered


def _disagreements(taken: pd.DataFrame, offered: pd.DataFrame) -> pd.DataFrame:
    both = _newest(taken).merge(_newest(offered), on=_PERIOD, suffixes=("", "_next"))
    apart = ~np.isclose(both["value"], both["value_next"], rtol=AGREEMENT, atol=0.0)
    renamed = {"value": "first", "value_next": "second", "source": "first_source", "source_next": "second_source"}
    return both[apart].rename(columns=renamed)[DISAGREEMENT]


def _in_words(differing: pd.DataFrame, reading: Reading) -> list[str]:
    source = reading.sources[0] if reading.sources else ""
    return [
        f"{source}: {count:,} values of {series} differ from an earlier source's, which stand"
        for series, count in differing.groupby("series").size().items()
    ]


def disagreements_in_words(reading: Reading) -> list[str]:
    """How many values of each series two sources give differently, and which of them stand."""
    return [
        f"{len(rows):,} values of {series} differ between sources; the first named or better one stands"
        for series, rows in reading.disagreements.groupby("series")
    ]


def _newest(observations: pd.DataFrame) -> pd.DataFrame:
    return observations.drop_duplicates(_PERIOD, keep="last")[[*_PERIOD, "value", "source"]]
