"""Several readings in order of preference, and the one reading they make together.

A series comes from the first reading that has it, its gaps from the next. Where two give one date
differently, the first stands and the reading says so: values are never averaged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from spx_assets.market.reading import DISAGREEMENT, Reading, no_disagreements, together

_PERIOD = ["series", "date"]
# Sources round differently (Yahoo to single precision, FRED to cents): closer than this is agreement.
AGREEMENT = 1e-5


def combined(readings: Sequence[Reading]) -> Reading:
    """One reading: per series and date the first source that has it, and every disagreement with a later one."""
    taken = readings[0].observations
    unasked = dict(readings[0].unasked)
    repairs = list(readings[0].repairs)
    apart = [readings[0].disagreements]
    for reading in readings[1:]:
        offered = _asked(reading.observations, unasked)
        differing = _disagreements(taken, offered)
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


def _newest(observations: pd.DataFrame) -> pd.DataFrame:
    return observations.drop_duplicates(_PERIOD, keep="last")[[*_PERIOD, "value", "source"]]
