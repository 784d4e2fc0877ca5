"""What Streamlit runs: the tab's icon and the page's width, then the menu. All else is in the modules beside it."""

from __future__ import annotations

import streamlit as st

from spx_assets.dashboard import pages

# Drawn here: Streamlit would fetch an emoji or a Material icon for the tab from the network.
ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' "
    "rx='6' fill='%230B5A8F'/%3E%3Cpath d='M5 22l6-7 5 4 4-9 7-4' fill='none' stroke='white' stroke-width='3'/%3E"
    "%3C/svg%3E"
)

st.set_page_config(page_icon=ICON, layout="wide")
pages.navigation()
