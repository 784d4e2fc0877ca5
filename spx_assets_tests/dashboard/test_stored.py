"""Verified values by version: read once, and anew when CURRENT moves."""

from __future__ import annotations

from pathlib import Path

import pytest

from spx_assets.artifacts import ASSETS
from spx_assets.dashboard import stored
from spx_assets.errors import ArtifactCorrupt, NotFound
from spx_assets.home import open_store
from spx_assets.settings import Settings
from spx_assets.store import Payload, Provenance


def test_tables_and_documents_are_read(settings: Settings) -> None:
    """A table asset has its table, a model asset its JSON documents."""
    forecast, deployed = stored.current(settings, "next_forecast"), stored.current(settings, "deployed_model")

    assert [1, 5, 21] == forecast.table["horizon"].tolist()
    assert open_store(settings).current("next_forecast") == forecast.version
    assert {"model_card.json", "deployment.json"} <= set(deployed.documents)


def test_a_version_is_parsed_once(settings: Settings) -> None:
    """The second reader gets the very same value."""
    assert stored.current(settings, "walk_forward").table is stored.current(settings, "walk_forward").table


def test_a_new_version_is_seen_at_once(own: Path) -> None:
    """CURRENT is read every time."""
    settings = Settings.load({}, home=own)
    before = stored.current(settings, "next_forecast")
    changed = Payload(files={"next_forecast.csv": b"origin,horizon\n2019-01-02,1\n"})
    version = open_store(settings).commit("next_forecast", changed, Provenance()).version

    assert version == stored.current(settings, "next_forecast").version != before.version
    assert version == stored.current_versions(settings)["next_forecast"]


def test_what_is_not_there_or_damaged_is_refused(own: Path, tmp_path: Path) -> None:
    """With the errors of the store; a damaged pointer names no version."""
    settings = Settings.load({}, home=own)
    (own / "store" / "walk_forward" / "CURRENT").write_text("nonsense\n")

    with pytest.raises(NotFound, match="There is no raw_market in this store yet"):
        stored.current(Settings.load({}, home=tmp_path / "none"), "raw_market")
    with pytest.raises(ArtifactCorrupt):
        stored.current(settings, "walk_forward")
    assert stored.current_versions(settings)["walk_forward"] is None
    assert dict.fromkeys(ASSETS) == stored.current_versions(Settings.load({}, home=tmp_path / "none"))
