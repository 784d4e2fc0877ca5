"""The frame around every page: whole, absent, damaged and stale stores; what is counted; the link to the graph."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from spx_assets.dashboard import counters, pages
from spx_assets.home import open_store
from spx_assets.settings import Settings
from spx_assets_tests.dashboard.conftest import Look, shown


@pytest.mark.parametrize("name", pages.PAGES)
def test_an_empty_home_is_told_in_a_sentence(name: str, tmp_path: Path, look: Look) -> None:
    """Every page opens, says what is missing and how to make it, and makes no store."""
    page = look(name, tmp_path)

    assert not page.exception
    assert "`spx run`" in shown(page)
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize("name", pages.PAGES)
def test_a_damaged_store_is_told_in_a_sentence(name: str, own: Path, look: Look) -> None:
    """Every current version with a changed byte: no figure from it is shown, its version and age are."""
    settings = Settings.load({}, home=own)
    for asset in open_store(settings).assets():
        for file in open_store(settings).path(asset).iterdir():
            if file.is_file() and file.name != "manifest.json":
                file.write_bytes(file.read_bytes() + b"!")

    page = look(name, own)

    assert not page.exception
    assert not page.metric
    text = shown(page)
    assert "not as it was committed" in text or "could not" in text
    assert "stored on" in text or "damaged" in text


def test_a_view_is_an_opened_page(own: Path, look: Look) -> None:
    """Drawing it again is none."""
    page = look("model", own)
    page.run()

    found = counters.read(own / "dashboard")
    assert found is not None
    assert {"model": 1} == found.page_views


def test_the_frame_links_to_the_graph_and_names_an_as_of_home(own: Path, look: Look) -> None:
    """The link is to the asset graph of these settings; a past day is named on every page."""
    (own / "as-of").mkdir()
    shutil.copytree(own / "store", own / "as-of" / "2018-12-31" / "store")

    page = look("model", own, graph_port="3999", as_of="2018-12-31")

    assert "http://127.0.0.1:3999/" in [link.proto.url for link in page.sidebar.get("link_button")]
    assert ["As of 2018-12-31: only what was known then."] == [info.value for info in page.sidebar.info]


def test_a_wrong_setting_is_told_in_a_sentence(tmp_path: Path, look: Look) -> None:
    """As the command line would say it."""
    page = look("now", tmp_path, horizons="0")

    assert not page.exception
    assert "SPX\\_HORIZONS='0'" in page.error[0].value


def test_warming_up_needs_no_home_and_stumbles_over_no_damage(own: Path, tmp_path: Path) -> None:
    """It is paid before anybody looks; what is wrong is told where it is looked for."""
    (own / "store" / "raw_market" / "CURRENT").write_bytes(b"nonsense")

    pages.warm(Settings.load({}, home=tmp_path / "none"), datetime.now(UTC))
    pages.warm(Settings.load({}, home=own), datetime.now(UTC))

    assert not (tmp_path / "none").exists()
