"""Report: the stored document is one click away, to read and to keep."""

from __future__ import annotations

from pathlib import Path

from spx_assets.dashboard import stored
from spx_assets.settings import Settings
from spx_assets_tests.dashboard.conftest import Look, shown


def test_the_stored_report_is_shown_and_can_be_kept(kept: Path, look: Look) -> None:
    """In a frame of its own, as it is stored; with its version, and both files to download."""
    report = stored.current(Settings.load({}, home=kept), "analysis_report")

    page = look("report", kept)

    assert not page.exception
    assert report.version in shown(page)
    assert ["PDF", "HTML"] == [button.proto.label for button in page.get("download_button")]
    assert report.files["analysis_report.html"].decode() == page.get("iframe")[0].proto.srcdoc
