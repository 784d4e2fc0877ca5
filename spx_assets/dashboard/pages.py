"""The list of pages, and the frame around each: the door, the page itself, what is counted, the look for news."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from spx_assets.artifacts import TABLES
from spx_assets.dashboard import counters, gate, stored, tables
from spx_assets.dashboard.context import Context
from spx_assets.dashboard.views import data, health, model, now, report, track_record, what_if
from spx_assets.dashboard.wording import plain
from spx_assets.errors import SpxError
from spx_assets.market.calendar import closed_since
from spx_assets.settings import Settings
from spx_assets.settings_services import LOOPBACK

# How often an open page looks whether a new version was stored.
LOOK_EVERY_S = 5.0
SEEN, OPENED = "seen_versions", "opened_page"


@dataclass(frozen=True)
class Page:
    """One page: its name in the menu, its icon, and what shows it."""

    title: str
    icon: str
    show: Callable[[Context], None]


# By the last part of their address, in the order of the menu.
PAGES: Mapping[str, Page] = {
    "now": Page("Now", ":material/query_stats:", now.show),
    "track-record": Page("Track record", ":material/fact_check:", track_record.show),
    "model": Page("Model", ":material/function:", model.show),
    "report": Page("Report", ":material/article:", report.show),
    "data": Page("Data", ":material/database:", data.show),
    "what-if": Page("What if", ":material/tune:", what_if.show),
    "health": Page("Health", ":material/vital_signs:", health.show),
}


def show(name: str) -> None:
    """Show one page inside its frame."""
    try:
        settings = Settings.load()
    except SpxError as error:
        st.error(plain(str(error)))
        return
    gate.require_token(settings)
    context = Context(settings, datetime.now(UTC))
    _count(context, name)
    with context.told():
        PAGES[name].show(context)
    _frame(settings)


def warm(settings: Settings, now: datetime) -> None:
    """Pay before the first reader comes for what is paid once: libraries, calendar, reading the stored tables.

    What cannot be read is told on its page.
    """
    import spx_assets.store.ledger  # noqa: F401, PLC0415  # SQLAlchemy, a third of a second

    closed_since(now.date(), now)
    tables.styled(pd.DataFrame({"": [0.0]}), {})
    for asset in TABLES:
        with suppress(SpxError):
            stored.current(settings, asset)


def navigation() -> None:
    """The menu, and the page that the address asks for."""
    (first, _), *_ = PAGES.items()
    # Streamlit shows its default page at the root alone, and calls the page's own address not found.
    root = st.Page(_shown(first), title=PAGES[first].title, icon=PAGES[first].icon, default=True)
    named = [
        st.Page(
            _shown(name),
            title=page.title,
            icon=page.icon,
            url_path=name,
            visibility="hidden" if name == first else "visible",
        )
        for name, page in PAGES.items()
    ]
    chosen = st.navigation([root, *named], expanded=True)
    st.set_page_config(page_title=f"{chosen.title} – spx_assets")
    chosen.run()


def _shown(name: str) -> Callable[[], None]:
    def page() -> None:
        show(name)

    return page


def _count(context: Context, name: str) -> None:
    """A view is an opened page, not every redrawing of it."""
    if st.session_state.get(OPENED) != name:
        st.session_state[OPENED] = name
        counters.viewed(context.counters_folder, name, at=context.now)


def _frame(settings: Settings) -> None:
    graph = f"http://{LOOPBACK}:{settings.graph_port}/"  # which leads to the graph of the assets
    with st.sidebar:
        st.caption("An honest forecast of the S&P 500's return.")
        st.link_button("Asset graph", graph, icon=":material/account_tree:", width="stretch")
        if settings.as_of is not None:
            st.info(f"As of {settings.as_of}: only what was known then.", icon=":material/history:")
        _look_for_news(settings)


@st.fragment(run_every=LOOK_EVERY_S)
def _look_for_news(settings: Settings) -> None:
    """Draw the page anew when a version moved since it was drawn."""
    try:
        found = stored.current_versions(settings)
    except SpxError:
        return
    before = st.session_state.get(SEEN, found)
    st.session_state[SEEN] = found
    if found != before:
        st.rerun()
