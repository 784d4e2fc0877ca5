"""The script that Streamlit runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from spx_assets.dashboard import launch


def test_it_opens_with_the_forecast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first page is Now, and the tab's icon comes from here, not from a network."""
    monkeypatch.setenv("SPX_HOME", str(tmp_path))

    page = AppTest.from_file(str(launch.APP), default_timeout=60).run()

    assert not page.exception
    assert ["The coming sessions"] == [title.value for title in page.title]
    assert "page_icon=ICON" in launch.APP.read_text()
    assert 'ICON = (\n    "data:' in launch.APP.read_text()
