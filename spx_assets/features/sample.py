"""What the sample is: which series limits it at either end, what stands aside, is carried or was reconstructed.

One JSON-able record of `cleaned_data`, kept beside it, from which every surface says the same in the same words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from spx_assets.features.families import CLOSE, EXCLUDED, FAMILIES, LATE, STOPPED, newest_known
from spx_assets.features.point_in_time import Sessions
from spx_assets.market import calendar
from spx_assets.market.catalogue import CATALOGUE

_NEXT = {"weekly": pd.DateOffset(days=7), "monthly": pd.DateOffset(months=1), "quarterly": pd.DateOffset(months=3)}


def sample_record(
    cleaned: pd.DataFrame, families: pd.DataFrame, by_series: Mapping[str, pd.DataFrame], sessions: Sessions
) -> dict[str, Any]:
    """The record of a sample: its limits, its families, what is carried or reconstructed, and `notes` in sentences."""
    on = families[families["on"]]
    series = [name for family in on["family"] for name in FAMILIES[str(family)].series]
    record = {
        "first_session": _day(cleaned.index[0]),
        "last_session": _day(cleaned.index[-1]),
        "sessions": len(cleaned),
        "begins_with": _begins_with(on, by_series),
        "ends_with": {"series": CLOSE, "last": _day(by_series[CLOSE]["date"].max())},
        "families": [_family(row, sessions) for row in families.to_dict("records")],
        "carried": list(_carried(dict.fromkeys(series), by_series, sessions)),
        "reconstructed": list(_reconstructed(dict.fromkeys(series), cleaned)),
    }
    return {**record, "notes": list(_notes(record))}


def _begins_with(on: pd.DataFrame, by_series: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """The family whose history begins last, and the series of it that does."""
    family = str(on.loc[on["since"].idxmax(), "family"])
    firsts = {name: by_series[name]["date"].min() for name in FAMILIES[family].series or (CLOSE,)}
    series = max(firsts, key=lambda name: firsts[name])
    return {"family": family, "series": series, "first": _day(firsts[series])}


def _family(row: Mapping[Any, Any], sessions: Sessions) -> dict[str, Any]:
    since, until = (None if pd.isna(row[name]) else pd.Timestamp(row[name]) for name in ("since", "until"))
    aside = None
    if row["status"] == STOPPED and until is not None:
        aside = _day(sessions.index[int(sessions.index.searchsorted(until, side="right"))])
    return {
        "family": str(row["family"]),
        "on": bool(row["on"]),
        "status": str(row["status"]),
        "series": list(FAMILIES[str(row["family"])].series),
        "since": None if since is None else _day(since),
        "until": None if until is None else _day(until),
        "stands_aside_since": aside,
        "why": str(row["why"]),
    }


def _carried(
    series: Mapping[str, None], by_series: Mapping[str, pd.DataFrame], sessions: Sessions
) -> Iterator[dict[str, Any]]:
    """Series whose next value was due by the last session's decision and is not there, with the age of what stands."""
    decided_at = sessions.decided_at[-1].tz_localize("UTC")
    for name in series:
        newest, known_at = newest_known(by_series[name], sessions)
        entry = CATALOGUE[name]
        daily = entry.frequency == "daily"
        following = calendar.next_session(newest) if daily else newest + _NEXT[entry.frequency]
        if entry.known_at(pd.DatetimeIndex([following]))[0] <= decided_at:
            age = int(np.count_nonzero(sessions.decided_at > known_at))
            yield {"series": name, "newest": _day(newest), "age_sessions": age}


def _reconstructed(series: Mapping[str, None], cleaned: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Series that are older than their introduction, and the sessions whose newest value of them is."""
    for name in series:
        introduced = CATALOGUE[name].introduced
        count = 0 if introduced is None else int((cleaned.index <= introduced).sum())
        if introduced is not None and count:
            yield {"series": name, "introduced": _day(introduced), "sessions": count}


def _notes(record: Mapping[str, Any]) -> Iterator[str]:
    """The record in sentences, the limits first."""
    begins = record["begins_with"]
    yield (
        f"The sample begins on {record['first_session']} with {begins['family']} "
        f"({begins['series']} begins on {begins['first']}) and ends on {record['last_session']}, the last close."
    )
    for family in record["families"]:
        if family["status"] == STOPPED:
            yield f"{family['family']} stands aside since {family['stands_aside_since']}: {family['why']}."
        elif family["status"] == EXCLUDED:
            yield f"{family['family']} is {family['why']}."
        elif family["status"] == LATE:
            yield f"{family['family']} is left out: {family['why']}."
    for each in record["carried"]:
        daily = CATALOGUE[each["series"]].frequency == "daily"
        newest = each["newest"] if daily else each["newest"].removesuffix("-01")
        yield f"{each['series']} is late: its value of {newest} is used, {_sessions(each['age_sessions'])} old."
    for each in record["reconstructed"]:
        yield (
            f"{_sessions(each['sessions'])} rest on reconstructed values of {each['series']}, introduced on "
            f"{each['introduced']}."
        )


def _sessions(count: int) -> str:
    return f"{count:,} {'session' if count == 1 else 'sessions'}"


def _day(date: pd.Timestamp) -> str:
    return f"{date:%Y-%m-%d}"
