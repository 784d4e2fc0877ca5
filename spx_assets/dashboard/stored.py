"""What pages read from the store: verified bytes as values, kept in memory by version.

CURRENT is read every time, so that a new version shows with the next look; the bytes of a version never change, so
they are verified and parsed once. Nobody may change a value that comes from here: sessions share it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from spx_assets import artifacts
from spx_assets.errors import ArtifactCorrupt, NotFound
from spx_assets.home import open_store
from spx_assets.settings import Settings
from spx_assets.store import Artifact, Manifest, Store

CARD_FILE = "model_card.json"
# Every table and model in a few versions; the largest, raw_market, has some ten megabytes.
KEPT = 32


@dataclass(frozen=True, eq=False)
class Stored:
    """One verified version: its record, and its table, or its JSON documents and other files by name."""

    manifest: Manifest
    table: pd.DataFrame
    documents: dict[str, Any]
    files: dict[str, bytes]

    @property
    def version(self) -> str:
        """The version id."""
        return self.manifest.version


def current(settings: Settings, asset: str) -> Stored:
    """The current version of an asset; NotFound when there is none, ArtifactCorrupt when it cannot be trusted."""
    store = open_store(settings)
    version = store.current(asset)
    if version is None:
        raise NotFound(f"There is no {asset} in this store yet", way_out="`spx run` makes it.")
    return of_version(settings, asset, version)


def of_version(settings: Settings, asset: str, version: str) -> Stored:
    """One stored version of an asset."""
    return _read(str(settings.store_root.absolute()), asset, version, open_store(settings))


def current_versions(settings: Settings) -> dict[str, str | None]:
    """What CURRENT of every asset names; None where there is none or where it is damaged."""
    store = open_store(settings)
    return {asset: _current(store, asset) for asset in artifacts.ASSETS}


def _current(store: Store, asset: str) -> str | None:
    try:
        return store.current(asset)
    except ArtifactCorrupt:
        return None


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def _read(
    root: str,  # noqa: ARG001  # part of the key of the cache
    asset: str,
    version: str,
    _store: Store,
) -> Stored:
    return _parsed(_store.read(asset, version))


def _parsed(artifact: Artifact) -> Stored:
    if artifact.asset in artifacts.TABLES:
        return Stored(artifact.manifest, artifacts.table_of(artifact), {}, {})
    documents = {name: json.loads(data) for name, data in artifact.files.items() if name.endswith(".json")}
    files = {name: data for name, data in artifact.files.items() if name.endswith((".png", ".pdf", ".html"))}
    return Stored(artifact.manifest, pd.DataFrame(), documents, files)
