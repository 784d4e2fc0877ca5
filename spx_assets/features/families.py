"""Feature families: which series each needs, and which of them are on for the history at hand.

The founding families decide where the sample begins. The others join only where they cost (almost) no session, so
that one short series never cuts the sample in silence; what is on, since when and why, is a table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from spx_assets.features import macro, price, seasonality, volatility
from spx_assets.features.point_in_time import Family, Sessions, point_in_time

CLOSE = "spx_close"
# A year of a sample of decades; a family that begins later waits until a sample begins later too.
LATEST_START_SESSIONS = 252


@dataclass(frozen=True)
class FeatureFamily:
    """Features that switch on together, and the series they need; only a founding one may shorten the sample."""

    compute: Family
    series: tuple[str, ...]
    is_founding: bool = True


FAMILIES: Mapping[str, FeatureFamily] = {
    "price": FeatureFamily(price.price, (CLOSE,)),
    "realized volatility": FeatureFamily(volatility.realized, (CLOSE,)),
    "range volatility": FeatureFamily(volatility.parkinson, ("spx_high", "spx_low")),
    "volume": FeatureFamily(price.volume, ("spx_volume",)),
    "implied volatility": FeatureFamily(volatility.implied, ("vix_close", CLOSE)),
    "volatility term structure": FeatureFamily(
        volatility.term_structure, ("vix3m_close", "vix_close"), is_founding=False
    ),
    "credit": FeatureFamily(macro.credit, ("baa_yield", "aaa_yield")),
    "term spread": FeatureFamily(macro.term_spread, ("treasury_10y", "treasury_3m"), is_founding=False),
    "unemployment": FeatureFamily(macro.unemployment, ("unemployment",), is_founding=False),
    "claims": FeatureFamily(macro.claims, ("initial_claims",), is_founding=False),
    "inflation": FeatureFamily(macro.inflation, ("core_cpi",)),
    "oil": FeatureFamily(macro.oil, ("wti",)),
    "seasonality": FeatureFamily(seasonality.seasonality, ()),
}


@dataclass(frozen=True)
class Chosen:
    """The features of the families that are on, and one row per family: family, on, since, until, sessions, why."""

    panel: pd.DataFrame
    table: pd.DataFrame


def chosen(by_series: Mapping[str, pd.DataFrame], sessions: Sessions) -> Chosen:
    """Every family that has its series and its history, computed at every session.

    A family that is not founding is on when it begins at most 252 sessions after the founding ones are complete,
    and has a value on the last session on which they are. The first is the same at any later session: what is known
    afterwards never switches a family on for a row that was without it. The second may end: a series that stops takes
    its family's columns away, and changes no value of the others.
    """
    parts = {
        name: point_in_time(family.compute, by_series, family.series, sessions)
        for name, family in FAMILIES.items()
        if set(family.series) <= set(by_series)
    }
    complete = {name: part.notna().all(axis=1) for name, part in parts.items()}
    founding = pd.concat([complete[name] for name in parts if FAMILIES[name].is_founding], axis=1).all(axis=1)
    why = {name: _why_off(name, by_series, complete.get(name), founding) for name in FAMILIES}
    on = [name for name in parts if not why[name]]
    return Chosen(pd.concat([parts[name] for name in on], axis=1), _table(complete, why))


def _why_off(name: str, by_series: Mapping[str, pd.DataFrame], complete: pd.Series | None, founding: pd.Series) -> str:
    """Why a family is off, in words; empty when it is on."""
    if complete is None:
        return f"no {', '.join(series for series in FAMILIES[name].series if series not in by_series)}"
    if FAMILIES[name].is_founding or not founding.any():
        return ""
    if not complete.any():
        return "its history is too short for a value"
    begins = int(founding.to_numpy().argmax())
    late = int(complete.to_numpy().argmax()) - begins
    if late > LATEST_START_SESSIONS:
        return f"it would shorten the sample by its first {late:,} sessions"
    last = founding.index[founding.to_numpy().nonzero()[0][-1]]
    return "" if bool(complete[last]) else f"it has no value on the last session, {last:%Y-%m-%d}"


def _table(complete: Mapping[str, pd.Series], why: Mapping[str, str]) -> pd.DataFrame:
    rows = []
    for name, reason in why.items():
        filled = complete[name].index[complete[name]] if name in complete else pd.DatetimeIndex([])
        since, until = (filled[0], filled[-1]) if len(filled) else (pd.NaT, pd.NaT)
        rows.append((name, not reason, since, until, len(filled), reason))
    return pd.DataFrame(rows, columns=["family", "on", "since", "until", "sessions", "why"])
