"""The IO managers are thin: they commit, load verified bytes, and record where things are."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import urlparse

from spx_assets.errors import ArtifactCorrupt, StoreUnavailable
from spx_assets.orchestration import runs
from spx_assets.store import Store
from spx_assets_tests.orchestration.conftest import Materialize, metadata_of


def test_the_place_and_digest_of_every_file_are_recorded(materialize: Materialize, store: Store) -> None:
    """`dagster/uri` leads to the folder of the committed files, and the version is the store's."""
    found = metadata_of(materialize("next_forecast"), "next_forecast")

    place = Path(urlparse(found["dagster/uri"].value).path)
    files = store.read("next_forecast").files
    assert files == {name: (place / name).read_bytes() for name in files}
    assert store.current("next_forecast") == found["version"].value
    assert "next_forecast.parquet" in found["files"].value


def test_the_manifest_names_exactly_the_versions_that_were_read(materialize: Materialize, store: Store) -> None:
    """Inputs are recorded where they are loaded, not looked up afterwards."""
    (store.path("next_forecast").parent / "CURRENT").unlink()

    materialize("next_forecast", horizons="1,5,21")

    inputs = store.manifest("next_forecast").provenance.inputs
    assert inputs == {name: store.current(name) for name in ("cleaned_data", "deployed_model")}


def test_a_damaged_input_ends_the_step_and_names_the_artifact(materialize: Materialize, store: Store) -> None:
    """A flipped byte in the stored table is never handed on as data."""
    file = store.path("cleaned_data") / "cleaned_data.parquet"
    damaged = bytearray(file.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    file.write_bytes(damaged)

    result = materialize("walk_forward")

    refusal = runs.refusal(result)
    assert isinstance(refusal, ArtifactCorrupt)
    assert "cleaned_data" in str(refusal)


def test_a_store_that_cannot_be_written_is_said_to_be_so(materialize: Materialize, store: Store) -> None:
    """Something in the store's place is a refusal with status 3, not a bug."""
    folder = store.path("next_forecast").parent
    shutil.rmtree(folder)
    folder.write_text("in the way")

    refusal = runs.refusal(materialize("next_forecast"))

    assert isinstance(refusal, StoreUnavailable)
    assert refusal.exit_status == 3
