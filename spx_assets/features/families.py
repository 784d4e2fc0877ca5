"""Feature families: which series each needs, and which of them are on for the history at hand.

The founding families decide where the sample begins. The others join only where they cost (almost) no session, so
that one short series never cuts the sample in silence. None decides where it ends: a family whose series stopped stands
aside. What is on, since when and why, is a table.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from spx_assets.errors import UsageError
from spx_assets.features import macro, price, seasonality, volatility
from spx_assets.features.point_in_time import Family, Sessions, point_in_time

CLOSE = "spx_close"
# A year of a sample of decades; a family that begins later waits until a sample begins later too.
LATEST_START_SESSIONS = 252


@dataclass(frozen=True)
class FeatureFamily:
    """Features that switch on together, and the series they need; only a founding one may begin the sample later."""

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


# Without these there is no row: returns, and the volatility that every interval is scaled by.
REQUIRED = ("price", "realized volatility")
OPTIONAL = tuple(name for name in FAMILIES if name not in REQUIRED)
ON, EXCLUDED, MISSING, SHORT, STOPPED, LATE = "on", "excluded", "missing", "too short", "stopped", "late"


@dataclass(frozen=True)
class Chosen:
    """The features of the families that are on, and the table of all: family, on, status, since, until, sessions, why.

    `since` and `until` are the first and the last session with a value; `status` is `why` in one word.
    """

    panel: pd.DataFrame
    table: pd.DataFrame


def chosen(by_series: Mapping[str, pd.DataFrame], sessions: Sessions, exclude: Collection[str] = ()) -> Chosen:
    """Every family that has its series and its history, computed at every session; those of `exclude` stand aside.

    A family is on when it has a value on the last session. One that is not founding must also begin at most 252
    sessions after the founding ones are complete. The second is the same at any later session: what is known
    afterwards never switches a family on for a row that was without it. The first may end: a series that stops takes
    its family's columns away, and changes no value of the others.

    Raises:
        UsageError: when `exclude` names no family, or one that every forecast needs.

    """
    _refuse_unknown(exclude)
    parts = {
        name: point_in_time(family.compute, by_series, family.series, sessions)
        for name, family in FAMILIES.items()
        if set(family.series) <= set(by_series)
    }
    complete = {name: part.notna().all(axis=1) for name, part in parts.items()}
    off = {name: _lacking(name, by_series, complete.get(name), sessions, exclude) for name in FAMILIES}
    founding = [name for name, reason in off.items() if reason is None and FAMILIES[name].is_founding]
    begins = pd.concat([complete[name] for name in founding], axis=1).all(axis=1)
    for name, reason in off.items():
        if reason is None and not FAMILIES[name].is_founding:
            off[name] = _late(complete[name], begins)
    on = [name for name in parts if off[name] is None]
    return Chosen(pd.concat([parts[name] for name in on], axis=1), _table(complete, off))


def _refuse_unknown(exclude: Collection[str]) -> None:
    wrong = sorted(set(exclude) - set(OPTIONAL))
    if wrong:
        raise UsageError(
            f"{', '.join(wrong)} cannot be excluded",
            evidence="every forecast needs it" if set(wrong) <= set(REQUIRED) else "there is no such feature family",
            way_out=f"Choose from {', '.join(OPTIONAL)}.",
        )


Reason = tuple[str, str]  # the status in one word, and the reason in a clause


def _lacking(
    name: str,
    by_series: Mapping[str, pd.DataFrame],
    complete: pd.Series | None,
    sessions: Sessions,
    exclude: Collection[str],
) -> Reason | None:
    """Why a family has no value on the last session, or may not have one; None when it does."""
    if name in exclude:
        return EXCLUDED, "excluded by SPX_EXCLUDE_FAMILIES"
    if complete is None:
        return MISSING, f"no {', '.join(series for series in FAMILIES[name].series if series not in by_series)}"
    if name in REQUIRED or bool(complete.iloc[-1]):
        return None
    if not complete.any():
        return SHORT, "its history is too short for a value"
    ends = {series: newest_known(by_series[series], sessions)[0] for series in FAMILIES[name].series}
    series = min(ends, key=lambda each: ends[each])
    return STOPPED, f"{series} ends on {ends[series]:%Y-%m-%d}"


def newest_known(series: pd.DataFrame, sessions: Sessions) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The newest date of a series that the last session's decision knew, and the instant it became known."""
    known = series[series["known_at"] <= sessions.decided_at[-1]]
    newest = known["date"].max()
    return newest, known.loc[known["date"] == newest, "known_at"].min()


def _late(complete: pd.Series, founding: pd.Series) -> Reason | None:
    """Why a family that is not founding would cost sessions; None when it begins early enough."""
    late = int(complete.to_numpy().argmax()) - int(founding.to_numpy().argmax())
    if not founding.any() or late <= LATEST_START_SESSIONS:
        return None
    return LATE, f"it would shorten the sample by its first {late:,} sessions"


def _table(complete: Mapping[str, pd.Series], off: Mapping[str, Reason | None]) -> pd.DataFrame:
    rows = []
    for name, reason in off.items():
        filled = complete[name].index[complete[name]] if name in complete else pd.DatetimeIndex([])
        since, until = (filled[0], filled[-1]) if len(filled) else (pd.NaT, pd.NaT)
        status, why = (ON, "") if reason is None else reason
        rows.append((name, status == ON, status, since, until, len(filled), why))
    return pd.DataFrame(rows, columns=["family", "on", "status", "since", "until", "sessions", "why"])
