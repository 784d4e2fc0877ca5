"""The return that followed a forecast, as it was first known: what a record of forecasts is held against.

Unlike the targets of `cleaned_data` it needs no row of features, so that a series that stopped leaves no forecast
unjudged. A later revision of a close never enters.
"""

from __future__ import annotations

import pandas as pd

from spx_assets.features.families import CLOSE
from spx_assets.features.price import logarithm


def first_known_returns(observations: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """`spans` (columns `origin`, `target_session`, further ones kept) whose return is known, with it and since when.

    `realised` is log(close[target] / close[origin]): of the target the value first published, of the origin the one
    known at that instant. `realised_at` is the first instant at which both were known.
    """
    closes = observations.loc[observations["series"] == CLOSE, ["date", "value", "known_at"]]
    closes = closes.sort_values(["date", "known_at"], kind="stable")
    first = closes.drop_duplicates("date").set_index("date")
    found = spans[spans["origin"].isin(first.index) & spans["target_session"].isin(first.index)]
    known = pd.DataFrame(
        {
            "target": first["value"].reindex(found["target_session"]).to_numpy(),
            "target_at": first["known_at"].reindex(found["target_session"]).array,
            "origin_at": first["known_at"].reindex(found["origin"]).array,
        },
        index=found.index,
    )
    realised_at = known[["target_at", "origin_at"]].max(axis=1)
    origin = _as_known(closes, found["origin"], realised_at)
    return found.assign(realised=logarithm(known["target"] / origin), realised_at=realised_at)


def _as_known(closes: pd.DataFrame, sessions: pd.Series, instants: pd.Series) -> pd.Series:
    """The close of each session as it was known at each instant."""
    asked = pd.DataFrame({"date": sessions, "known_at": instants, "asked": sessions.index})
    asked = asked.sort_values("known_at", kind="stable")
    vintages = closes.sort_values("known_at", kind="stable")
    found = pd.merge_asof(asked, vintages, on="known_at", by="date")
    return found.set_index("asked")["value"].reindex(sessions.index)
