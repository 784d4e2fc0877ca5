"""Whether a source continues the history that is known, or tells another one.

What lives here: what counts as news, and the bounds between a revision and a rewrite. Small revisions pass and
become rows of their own; a history that lost dates, fell back, or changed at large is for a person to accept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spx_assets.market.catalogue import CATALOGUE
from spx_assets.market.reading import in_order
from spx_assets.market.revisions import RELATIVE_TOLERANCE

# Sources round differently (Yahoo to single precision, FRED to cents): closer than this, two sources agree.
ROUNDING = 1e-5
# Daily histories hardly change: CBOE corrected 8 of 8,700 VIX closes in August 2024, Yahoo's and FRED's closes
# of the index differ on 6 of 2,514 sessions. One in a hundred is four times the worst of these.
MAX_CHANGED_SHARE_DAILY = 0.01
# Seasonal factors of five years are estimated anew each year: 60 of the 120 months of a ten-year file. A change of
# base year changes every value.
MAX_CHANGED_SHARE_RESTATED = 0.5
# So many may change whatever the share: a correction of a short file is still a correction.
ALWAYS_ALLOWED = 10
# No revision on record moves a value by a fifth of its level; a slipped digit does.
MAX_CHANGE = 0.2
# Volumes are restated at will, by up to 3 % on 572 of 5,031 sessions between two copies of Yahoo's: only those
# that move further count, and a few may.
VOLUME = "spx_volume"
# A source may lose a tenth of its dates, or five, to a late correction of its calendar; not more.
MAX_GONE_SHARE = 0.1
ALWAYS_GONE = 5
# Three values that all return to what was superseded are an old copy; one or two may be a correction taken back.
MIN_REVERTED = 3

_PERIOD = ["series", "date"]
_DIFF = ["series", "date", "before", "after", "source", "what"]


@dataclass(frozen=True)
class Rewrite:
    """Why an incoming history is another one, per series, and the rows that differ; no reasons: it is not."""

    reasons: tuple[str, ...]
    diff: pd.DataFrame


def news(known: pd.DataFrame, incoming: pd.DataFrame, *, repeats_count: bool = False) -> pd.DataFrame:
    """`incoming` without values that agree with the known one up to another source's rounding.

    Unless `repeats_count`, a source that says again what it said last says nothing new either, even where a
    later word of another source stands: otherwise two sources that differ would revise each other for ever.
    Periods that come with several vintages are left whole.
    """
    if known.empty or incoming.empty:
        return incoming
    single = ~incoming.duplicated(_PERIOD, keep=False).to_numpy()
    ordered = in_order(known)
    values = incoming["value"].to_numpy()
    newest = incoming[_PERIOD].merge(ordered.drop_duplicates(_PERIOD, keep="last"), on=_PERIOD, how="left")
    rounded = _near(values, newest["value"].to_numpy(), ROUNDING) & (
        newest["source"].to_numpy() != incoming["source"].to_numpy()
    )
    if repeats_count:
        unrounded: pd.DataFrame = incoming[~(single & rounded)]
        return unrounded
    own = [*_PERIOD, "source"]
    said = incoming[own].merge(ordered.drop_duplicates(own, keep="last"), on=own, how="left")
    repeated = _near(values, said["value"].to_numpy(), RELATIVE_TOLERANCE)
    told: pd.DataFrame = incoming[~(single & (rounded | repeated))]
    return told


def rewrite(
    known: pd.DataFrame,
    incoming: pd.DataFrame,
    *,
    repeats_count: bool = False,
    unasked: Mapping[str, pd.Timestamp] | None = None,
) -> Rewrite:
    """How far `incoming` rewrites `known`, both of the `Observation` schema; what is new is never a rewrite.

    `unasked` names, per series, the date before which the source was not asked: what is not there is not lost.
    What is no `news` changes nothing. Values that come with a vintage of their own, later than the one known,
    are documented revisions and not judged.
    """
    ordered = in_order(known)
    newest = ordered.drop_duplicates(_PERIOD, keep="last")
    said = in_order(incoming).drop_duplicates(_PERIOD, keep="last")
    told = in_order(news(known, incoming, repeats_count=repeats_count)).drop_duplicates(_PERIOD, keep="last")
    changed = _changed(newest, told)
    found = [
        *_large(changed, newest, said),
        *_fallen_back(changed, ordered, said, newest),
        *_shrunken(ordered, incoming, unasked or {}),
    ]
    if not found:
        return Rewrite((), pd.DataFrame(columns=_DIFF))
    diff = pd.concat([rows for _, rows in found], ignore_index=True)[_DIFF]
    return Rewrite(tuple(reason for reason, _ in found), diff.drop_duplicates(_PERIOD, ignore_index=True))


def _changed(newest: pd.DataFrame, said: pd.DataFrame) -> pd.DataFrame:
    """The periods whose value differs beyond rounding, before and after; documented vintages left out."""
    both = newest.merge(said, on=_PERIOD, suffixes=("_before", "_after"))
    apart = ~_near(both["value_after"].to_numpy(), both["value_before"].to_numpy(), ROUNDING)
    changed = both[apart].rename(columns={"value_before": "before", "value_after": "after", "source_after": "source"})
    documented = np.zeros(len(changed), dtype=bool)
    for series, rows in changed.reset_index(drop=True).groupby("series"):
        by_rule = CATALOGUE[str(series)].known_at(pd.DatetimeIndex(rows["date"]))
        own = rows["known_at_after"].to_numpy() != by_rule.to_numpy()
        documented[rows.index] = own & (rows["known_at_after"] > rows["known_at_before"]).to_numpy()
    return changed[~documented].assign(what="changed")


def _large(changed: pd.DataFrame, newest: pd.DataFrame, said: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    overlap = newest[_PERIOD].merge(said[_PERIOD], on=_PERIOD).groupby("series").size()
    level = newest.groupby("series")["value"].apply(lambda values: values.abs().median())
    for series, rows in changed.groupby("series"):
        name, together = str(series), int(overlap[series])
        moved = (rows["after"] - rows["before"]).abs()
        far = rows[moved > MAX_CHANGE * np.maximum(rows["before"].abs(), level[series])]
        counted = far if name == VOLUME else rows
        share = MAX_CHANGED_SHARE_DAILY if CATALOGUE[name].frequency == "daily" else MAX_CHANGED_SHARE_RESTATED
        if len(counted) > max(ALWAYS_ALLOWED, share * together):
            yield f"{name}: {len(counted):,} of {together:,} values change, at most {share:.0%} do", counted
        elif len(far) and name != VOLUME:
            first = far.iloc[0]
            change = f"{first['before']:.10g} to {first['after']:.10g} on {first['date'].date()}"
            yield f"{name}: {len(far):,} values move by more than {MAX_CHANGE:.0%}, first {change}", far


def _fallen_back(
    changed: pd.DataFrame, ordered: pd.DataFrame, said: pd.DataFrame, newest: pd.DataFrame
) -> Iterator[tuple[str, pd.DataFrame]]:
    """An old copy of a source: it ends no later than what is known, and returns to superseded values."""
    superseded = ordered[ordered.duplicated(_PERIOD, keep="last")][[*_PERIOD, "value"]]
    ends, known_ends = said.groupby("series")["date"].max(), newest.groupby("series")["date"].max()
    back = changed.merge(superseded, on=_PERIOD)
    back = back[_near(back["after"].to_numpy(), back["value"].to_numpy(), RELATIVE_TOLERANCE)]
    for series, rows in back.drop_duplicates(_PERIOD).groupby("series"):
        if len(rows) >= MIN_REVERTED and ends[series] <= known_ends[series]:
            yield f"{series}: {len(rows):,} values return to what was superseded, an old copy", rows


def _shrunken(
    ordered: pd.DataFrame, incoming: pd.DataFrame, unasked: Mapping[str, pd.Timestamp]
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Dates that a source gave and gives no more: anywhere, or inside its span when it goes on beyond what it gave.

    A file that goes on may be the window of a longer history (FRED's S&P 500 holds ten years): that is no loss.
    """
    own = ["series", "source"]
    given = ordered[ordered["source"].isin(incoming["source"].unique())]
    now = {pair: pd.DatetimeIndex(rows["date"]) for pair, rows in incoming.groupby(own)}
    for pair, rows in given.drop_duplicates([*_PERIOD, "source"], keep="last").groupby(own):
        series, source = map(str, pair)
        dates = now.get(pair)
        if dates is None:
            continue
        gone = rows[~rows["date"].isin(dates)]
        if dates.max() > rows["date"].max():
            gone = gone[gone["date"] >= dates.min()]
        if series in unasked:
            gone = gone[gone["date"] >= unasked[series]]
        if len(gone) > max(ALWAYS_GONE, MAX_GONE_SHARE * len(rows)):
            lost = gone.rename(columns={"value": "before"}).assign(after=np.nan, what="gone")
            yield f"{series}: {len(gone):,} of {len(rows):,} dates that {source} gave before are gone", lost


def _near(left: NDArray[np.float64], right: NDArray[np.float64], tolerance: float) -> NDArray[np.bool_]:
    """Equal within a relative tolerance; never where either is missing."""
    near: NDArray[np.bool_] = np.abs(left - right) <= tolerance * np.maximum(np.abs(left), np.abs(right))
    return near
