"""Health says what is stored, how old it is, and whether it is whole."""

from __future__ import annotations

from pathlib import Path

from spx_assets.artifacts import ASSETS
from spx_assets.dashboard import stored
from spx_assets.home import open_store
from spx_assets.settings import Settings
from spx_assets_tests.dashboard.conftest import Look, shown


def test_a_whole_store_is_said_to_be(kept: Path, settings: Settings, look: Look) -> None:
    """Every asset with its version; the verdict of verification; the counts of this page."""
    page = look("health", kept)

    assert not page.exception
    table = page.table[-1].value
    assert list(ASSETS) == table["Asset"].tolist()
    assert list(stored.current_versions(settings).values()) == table["Version"].tolist()
    assert {"up to date"} == set(table["State"])
    assert "all intact" in page.success[0].value
    assert "page view" in shown(page)


def test_damage_is_found_when_asked_again(own: Path, look: Look) -> None:
    """A check is kept for a minute; the button makes it anew and names the damaged version."""
    page = look("health", own)
    assert page.success

    store = open_store(Settings.load({}, home=own))
    file = store.path("walk_forward") / "walk_forward.parquet"
    file.write_bytes(file.read_bytes()[:-1] + b"\0")
    page.run()
    assert page.success
    page.button[0].click().run()

    assert "1 of" in page.error[0].value
    assert f"walk\\_forward {store.current('walk_forward')}" in shown(page)
    table = page.table[-1].value
    assert ["walk_forward"] == table.loc[table["State"] == "damaged", "Asset"].tolist()
