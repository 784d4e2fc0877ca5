"""The forecast ledger as a table for pages: every forecast as it was made, and what came of it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from spx_assets.forecasting import ledger_columns, ledger_table
from spx_assets.forecasting.ledger_table import KEY
from spx_assets.home import open_ledger
from spx_assets.settings import Settings

# The ledger moves once a session; a reader who presses on need not ask the database each time.
KEPT_FOR_S = 5


def forecasts(settings: Settings) -> pd.DataFrame:
    """The table of `TrackedForecast` from the ledger as it is now, with `made_at`; empty when nothing was recorded.

    A home without a ledger stays without one: looking makes no file. Raises StoreUnavailable.
    """
    is_file = settings.ledger_url is None or settings.as_of is not None
    if is_file and not settings.ledger_file.exists():
        return ledger_table([])
    return _rows(str(settings.ledger_file.absolute()), settings)


@st.cache_resource(show_spinner=False, ttl=KEPT_FOR_S, max_entries=8)
def _rows(place: str, _settings: Settings) -> pd.DataFrame:  # noqa: ARG001  # the place is the key of the cache
    records = [row.record() for row in open_ledger(_settings).rows()]
    table = ledger_table(records, decision_time=_settings.decision_time)
    return table if table.empty else table.merge(ledger_columns(records)[[*KEY, "made_at"]], how="left", on=KEY)
