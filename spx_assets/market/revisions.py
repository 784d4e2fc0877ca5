"""Bitemporal history: what was known when, and how new readings are merged into it.

Nothing is ever overwritten: a changed value is a new row with its own `known_at`, an equal value adds
nothing. Both functions are pure and give the same rows in the same order for the same content.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spx_assets.errors import SchemaRefused
from spx_assets.market.catalogue import CATALOGUE
from spx_assets.market.reading import KEY, in_order, together

# Sources write the same number with different precision (float32 at Yahoo, six decimals in `arch`).
RELATIVE_TOLERANCE = 1e-8
_PERIOD = ["series", "date"]
# A revision learned before its first value counts as known (a conservative release rule) still comes after it.
_NEXT_INSTANT = pd.Timedelta(microseconds=1)


@dataclass(frozen=True)
class Merge:
    """The merged observations, how many incoming rows were new, revised or added nothing, and the revisions.

    `revisions` has one row per changed value: series, date, before, after, known_at, source.
    """

    observations: pd.DataFrame
    new: int
    revised: int
    equal: int
    revisions: pd.DataFrame


def as_of(observations: pd.DataFrame, instant: pd.Timestamp) -> pd.DataFrame:
    """What was known at `instant`, the newest row per (series, date)."""
    return in_order(known_by(observations, instant)).drop_duplicates(_PERIOD, keep="last", ignore_index=True)


def known_by(observations: pd.DataFrame, instant: pd.Timestamp) -> pd.DataFrame:
    """Every row with known_at ≤ `instant`, without the series that were not introduced yet (docs/decisions/0015).

    The VIX of 1995 was computed in 2003: nobody knew it in 1995, whatever its release rule says.
    """
    introduced = [(name, entry.introduced_at) for name, entry in CATALOGUE.items()]
    later = [name for name, since in introduced if since is not None and since > instant]
    return observations[(observations["known_at"] <= instant) & ~observations["series"].isin(later)]


def dated_ahead(known: pd.DataFrame, now: pd.Timestamp) -> pd.DataFrame:
    """The rows of `known` that a clock ahead of `now` dated: known later than now, and not by the release rule."""
    later = known[known["known_at"] > now]
    own = np.zeros(len(later), dtype=bool)
    for series in later["series"].unique():
        here = (later["series"] == series).to_numpy()
        by_rule = CATALOGUE[series].known_at(pd.DatetimeIndex(later["date"][here]))
        own[here] = later["known_at"][here].to_numpy() != by_rule.to_numpy()
    dated: pd.DataFrame = later[own]
    return dated


def merge(known: pd.DataFrame, incoming: pd.DataFrame, *, seen_at: pd.Timestamp) -> Merge:
    """`known` with what `incoming` adds to it; nothing of `known` changes.

    The newest row of each (series, date) in `incoming` is what its source says now: new where the period
    is new, nothing where the newest known value equals it within 1e-8, otherwise a revision known at
    `seen_at` (or at its own `known_at`, when that is later than all that was known). Older rows of
    `incoming` are vintages: each is added under its own `known_at` unless that was known already.
    """
    rows = _distinct(incoming)
    current = ~rows.duplicated(_PERIOD, keep="last").to_numpy()
    said_now, vintages = rows[current], rows[~current]
    added_vintages = _unknown_vintages(known, vintages)
    newest = in_order(known).drop_duplicates(_PERIOD, keep="last")
    beside = said_now[_PERIOD].merge(newest, on=_PERIOD, how="left", validate="one_to_one")
    unknown = beside["value"].isna().to_numpy()
    changed = ~unknown & ~_equal(said_now["value"].to_numpy(), beside["value"].to_numpy())
    revised = _revised(said_now[changed], beside[changed], seen_at)
    added = together([said_now[unknown], added_vintages, revised.drop(columns="before")])
    return Merge(
        observations=together([known, added]),
        new=int(unknown.sum()) + len(added_vintages),
        revised=len(revised),
        equal=len(incoming) - len(added),
        revisions=revised.rename(columns={"value": "after"})[
            ["series", "date", "before", "after", "known_at", "source"]
        ],
    )


def _revised(said_now: pd.DataFrame, beside: pd.DataFrame, seen_at: pd.Timestamp) -> pd.DataFrame:
    """Changed values with the instant they became known, and the value known before."""
    own = said_now["known_at"].reset_index(drop=True)
    before = beside["known_at"].reset_index(drop=True)
    learned = before + _NEXT_INSTANT
    learned = learned.where(learned > seen_at, seen_at.tz_convert("UTC"))
    revised = said_now.reset_index(drop=True)
    return revised.assign(known_at=own.where(own > before, learned), before=beside["value"].to_numpy())


def _unknown_vintages(known: pd.DataFrame, vintages: pd.DataFrame) -> pd.DataFrame:
    """The vintages that differ from what was known at their own instant.

    A vintage restated under an instant that is taken changes nothing: what was known then stays.
    """
    if vintages.empty or known.empty:
        return vintages
    by_instant = ["known_at", *_PERIOD]
    then = pd.merge_asof(
        vintages.sort_values(by_instant),
        known.sort_values(by_instant)[[*KEY, "value"]].assign(stood_since=lambda rows: rows["known_at"]),
        on="known_at",
        by=_PERIOD,
        suffixes=("", "_then"),
    )
    taken = (then["stood_since"] == then["known_at"]).to_numpy()
    same = _equal(then["value"].to_numpy(), then["value_then"].to_numpy())
    return then.loc[~(taken | same), list(vintages.columns)]


def _distinct(incoming: pd.DataFrame) -> pd.DataFrame:
    """The incoming rows in order, without those that repeat the vintage before; two values at once are refused."""
    rows = in_order(incoming)
    values = rows["value"].to_numpy()
    repeated = np.append(False, _equal(values[1:], values[:-1]))[: len(rows)]
    conflict = rows.duplicated(KEY).to_numpy() & ~repeated
    if conflict.any():
        first = rows.loc[conflict].iloc[0]
        raise SchemaRefused(
            f"{first['series']} of {first['date'].date()} comes with two values known at one instant",
            evidence=f"known_at {first['known_at']}",
            way_out="Give each vintage its own known_at.",
        )
    distinct: pd.DataFrame = rows[~(repeated & rows.duplicated(_PERIOD).to_numpy())]
    return distinct


def _equal(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.bool_]:
    apart = np.abs(left - right)
    return apart <= RELATIVE_TOLERANCE * np.maximum(np.abs(left), np.abs(right))
