"""What every page is given: the settings, the time, the store, and one way to say that something is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import streamlit as st

from spx_assets.dashboard import freshness, stored, trouble
from spx_assets.dashboard.stored import Stored
from spx_assets.dashboard.wording import plain
from spx_assets.errors import SpxError
from spx_assets.settings import Settings


@dataclass(frozen=True)
class Context:
    """One look at a page: with these settings, at this time (UTC)."""

    settings: Settings
    now: datetime

    @property
    def counters_folder(self) -> Path:
        """Where the dashboard counts its use."""
        return counters_folder(self.settings)

    def read(self, asset: str) -> Stored:
        """The current version of an asset, verified; NotFound or ArtifactCorrupt otherwise."""
        return stored.current(self.settings, asset)

    def read_version(self, asset: str, version: str) -> Stored:
        """One stored version of an asset, verified; NotFound or ArtifactCorrupt otherwise."""
        return stored.of_version(self.settings, asset, version)

    @contextmanager
    def told(self, asset: str | None = None) -> Iterator[None]:
        """Say in a sentence what is wrong inside, in place of what would have been shown; other parts go on."""
        try:
            yield
        except SpxError as error:
            st.warning(plain(trouble.sentence(error, self.settings, asset, self.now)), icon=":material/info:")

    def say_outdated(self, artifact: Stored) -> None:
        """Say it when an artifact was made from versions that are no longer the current ones."""
        newer = freshness.outdated_inputs(artifact.manifest.provenance.inputs, stored.current_versions(self.settings))
        if newer:
            listed = ", ".join(f"{asset} is {version} by now" for asset, version in newer.items())
            st.warning(
                plain(
                    f"{artifact.manifest.asset} {artifact.version} was made from earlier versions: {listed}. "
                    "`spx run` brings it up to date."
                ),
                icon=":material/history:",
            )


def counters_folder(settings: Settings) -> Path:
    """Where the dashboard of these settings counts its use."""
    return settings.root / "dashboard"


def say_sample(card: Mapping[str, Any]) -> None:
    """What limits the sample of a model, what stands aside since when, what was reconstructed, as its card says."""
    notes = card.get("sample", {}).get("notes", [])
    if notes:
        st.markdown("**The sample**\n" + "\n".join(f"- {plain(note)}" for note in notes))
