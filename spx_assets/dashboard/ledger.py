"""The forecast ledger as a table for pages: every forecast as it was made, and what came of it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from spx_assets.home import open_ledger
from spx_assets.settings import Settings

DAYS = ("origin", "target_session")
INSTANTS = ("made_at", "realised_at")
# The ledger moves once a session; a reader who presses on need not ask the database each time.
KEPT_FOR_S = 5


def forecasts(settings: Settings) -> pd.DataFrame:
    """Every row of the ledger, columns as `LedgerRow.record` names them; empty when nothing was recorded.

    A home without a ledger stays without one: looking makes no file. Raises StoreUnavailable.
    """
    is_file = settings.ledger_url is None or settings.as_of is not None
    if is_file and not settings.ledger_file.exists():
        return pd.DataFrame()
    return _rows(str(settings.ledger_file.absolute()), settings)


@st.cache_resource(show_spinner=False, ttl=KEPT_FOR_S, max_entries=8)
def _rows(place: str, _settings: Settings) -> pd.DataFrame:  # noqa: ARG001  # the place is the key of the cache
    return as_table([row.record() for row in open_ledger(_settings).rows()])


def as_table(records: list[dict[str, object]]) -> pd.DataFrame:
    """Records of ledger rows, with days and instants as such, and returns as numbers."""
    table = pd.DataFrame(records)
    if table.empty:
        return table
    days = {name: pd.to_datetime(table[name]) for name in DAYS}
    instants = {name: pd.to_datetime(table[name], format="ISO8601", utc=True) for name in INSTANTS}
    numbers = [name for name in table if name == "realised" or str(name).startswith(("lower_", "upper_"))]
    return table.assign(**days, **instants, **{str(name): table[name].astype("float64") for name in numbers})


def first_made(table: pd.DataFrame) -> pd.DataFrame:
    """One forecast per origin and horizon, the one that was made first: a later version knew no less than it."""
    return table.sort_values("made_at").drop_duplicates(["origin", "horizon"]).sort_values("origin", ignore_index=True)
