"""Values become files and come back equal, for every asset."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from spx_assets import artifacts, compiled
from spx_assets.home import open_store
from spx_assets.settings import Settings
from spx_assets.store import Store


@pytest.fixture(scope="module")
def store(ran: tuple[Path, dict[str, Any]]) -> Store:
    """The store of the home in which everything was run once."""
    return open_store(Settings.load({}, home=ran[0]))


@pytest.mark.parametrize("asset", artifacts.TABLES)
@pytest.mark.parametrize("table_format", ["parquet", "csv"])
def test_tables_come_back_equal(asset: str, table_format: artifacts.TableFormat, store: Store) -> None:
    """Every column, type and bit, in both formats."""
    table = artifacts.table_of(store.read(asset))

    data = artifacts.table_payload(asset, table, table_format).files[f"{asset}.{table_format}"]

    pd.testing.assert_frame_equal(table, artifacts.read_table(data, table_format), check_exact=True)


@pytest.mark.parametrize("asset", [*artifacts.TABLES, "trained_model"])
def test_every_artifact_encodes_to_the_version_it_has(asset: str, store: Store) -> None:
    """Decoded and encoded again, an artifact keeps its version: nothing in it depends on when it was made."""
    artifact = store.read(asset)
    value = artifacts.value_of(artifact)

    made = artifacts.payload(asset, value, "parquet")
    if asset == "walk_forward":
        made = artifacts.with_trials(made, artifacts.trials_in(artifact))
    if asset == "cleaned_data":
        made = artifacts.with_sample(made, artifacts.sample_in(artifact))

    assert artifact.version == made.version


def test_a_deployment_reads_back_as_the_model_it_deploys(store: Store) -> None:
    """What serves is the trained model itself, its record beside it."""
    deployed = store.read("deployed_model")

    assert artifacts.value_of(deployed).card == artifacts.value_of(store.read("trained_model")).card
    record = json.loads(deployed.files[artifacts.DEPLOYMENT_FILE])
    assert record["trained_model"] == store.current("trained_model")


def test_a_deployment_carries_every_model_as_arrays(store: Store) -> None:
    """Which forecast what the estimators beside them do, and are named as what serves."""
    deployed = store.read("deployed_model")
    trained = artifacts.model_of(deployed)
    served = json.loads(deployed.files[artifacts.DEPLOYMENT_FILE])["served_from"]

    assert served == {str(horizon): f"horizon_{horizon}.npz" for horizon in trained.fitted}
    for horizon, fitted in trained.fitted.items():
        model = compiled.load(deployed.files[served[str(horizon)]])
        np.testing.assert_allclose(model.forecast(fitted.golden_rows), fitted.golden_predictions, rtol=0, atol=1e-12)
        assert trained.card["horizons"][str(horizon)]["served_as"] == "compiled arrays"


def test_a_report_reads_back_as_its_verified_files(store: Store) -> None:
    """A document has no value but its files."""
    files = artifacts.value_of(store.read("analysis_report")).files

    assert files["analysis_report.pdf"].startswith(b"%PDF")
    assert files["analysis_report.html"].endswith(b"</html>\n")
    assert len([name for name in files if name.startswith("figures/")]) >= 7


def test_a_payload_records_rows_sessions_and_schema(store: Store) -> None:
    """The manifest says how much there is of a table, from when to when, and of which shape."""
    manifest = store.manifest("cleaned_data")
    table = artifacts.table_of(store.read("cleaned_data"))

    assert len(table) == manifest.rows
    assert str(table["session"].iloc[0].date()) == str(manifest.first_session)
    assert manifest.schema
    changed = artifacts.table_payload("cleaned_data", table.drop(columns="return_1"), "parquet")
    assert changed.schema != manifest.schema


@pytest.mark.parametrize(("name", "expected"), [("a.csv", "csv"), ("a.CSV", "csv"), ("a.parquet", "parquet")])
def test_the_file_name_asks_for_the_format(name: str, expected: str) -> None:
    """.csv is CSV, anything else Parquet."""
    assert expected == artifacts.format_of(Path(name))
