"""Models to serve that cost nothing to make."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from spx_assets.home import open_store
from spx_assets.serving.deployment import ASSET, CARD_FILE, ServedModel, served_model
from spx_assets.settings import Settings
from spx_assets.store import Artifact, Payload, Provenance, Store


@pytest.fixture(scope="session")
def deployed(ran: tuple[Path, dict[str, Any]]) -> Artifact:
    """The deployed model of that home."""
    return open_store(Settings.load({}, home=ran[0])).read(ASSET)


@pytest.fixture(scope="session")
def model(deployed: Artifact) -> ServedModel:
    """The same, as it is served."""
    return served_model(deployed)


@pytest.fixture(scope="session")
def row(model: ServedModel) -> dict[str, float]:
    """A row of features by name."""
    core = model.first.model
    return dict(zip(core.features, core.golden_rows[0].tolist(), strict=True))


class Home:
    """A home with a store of its own, into which versions of the deployed model are put."""

    def __init__(self, path: Path, deployed: Artifact, **settings: Any) -> None:
        self.settings = Settings.load({}, home=path, **settings)
        self.store: Store = open_store(self.settings)
        self._deployed = deployed

    def deploy(self, note: str = "", *, without: tuple[str, ...] = (), changed: Mapping[str, bytes] = {}) -> str:
        """Commit the deployed model with a note in its card, which makes it a version of its own."""
        files = {name: data for name, data in self._deployed.files.items() if not name.endswith(without or ("-",))}
        card = json.loads(files[CARD_FILE]) | {"note": note}
        files = {**files, CARD_FILE: json.dumps(card).encode(), **changed}
        return self.store.commit(ASSET, Payload(files), Provenance()).version


@pytest.fixture
def home(tmp_path: Path, deployed: Artifact) -> Home:
    """A home without any model yet."""
    return Home(tmp_path / "home", deployed)
