"""The token at the door: where one is set, a reader gives it once per browser session, and sees nothing before."""

from __future__ import annotations

import hmac

import streamlit as st

from spx_assets.settings import Settings

ADMITTED = "admitted"


def is_right(given: str, token: str) -> bool:
    """Whether the token is the one that is set; takes as long for a near miss as for a far one."""
    return bool(token) and hmac.compare_digest(given.encode(), token.encode())


def require_token(settings: Settings) -> None:
    """Return once the reader is admitted; until then show the form alone and stop the page."""
    if settings.api_token is None or st.session_state.get(ADMITTED) is True:
        return
    st.title("spx_assets")
    with st.form("token", width=420):
        given = st.text_input("Token", type="password", autocomplete="current-password")
        asked = st.form_submit_button("Open")
    if asked and is_right(given, settings.api_token.get_secret_value()):
        st.session_state[ADMITTED] = True
        st.rerun()
    if asked:
        st.error("That is not the token. It is the value of SPX_API_TOKEN on the server.")
    st.stop()
