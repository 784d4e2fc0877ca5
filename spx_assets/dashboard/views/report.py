"""Report: the analysis report as it is stored, to read here or to keep as a file."""

from __future__ import annotations

import streamlit as st

from spx_assets.dashboard.context import Context
from spx_assets.dashboard.wording import instant
from spx_assets.errors import NotFound

ASSET = "analysis_report"
# As high as a page of the report on a laptop; the frame scrolls by itself.
HEIGHT_PX = 900
# What is offered as a file: its icon and its type.
FILES = {
    f"{ASSET}.pdf": ("PDF", ":material/picture_as_pdf:", "application/pdf"),
    f"{ASSET}.html": ("HTML", ":material/code:", "text/html"),
}


def show(context: Context) -> None:
    """Both files to download, then the document in a frame of its own."""
    st.title("Report")
    with context.told(ASSET):
        report = context.read(ASSET)
        if not report.files.keys() >= FILES.keys():
            raise NotFound(f"{ASSET} {report.version} has no document", way_out="`spx run` makes it again.")
        st.caption(f"Version {report.version}, made {instant(report.manifest.created_at)}.")
        with st.container(horizontal=True):
            for name, (label, icon, kind) in FILES.items():
                st.download_button(
                    label, report.files[name], name, kind, key=f"download {name}", on_click="ignore", icon=icon
                )
        context.say_outdated(report)
        st.iframe(report.files[f"{ASSET}.html"].decode(), height=HEIGHT_PX, alt="The analysis report")
