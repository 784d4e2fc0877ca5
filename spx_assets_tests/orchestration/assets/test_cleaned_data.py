"""The asset `cleaned_data`: what it records, and what it refuses to store."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from spx_assets import features, tasks
from spx_assets.settings import Settings
from spx_assets.store import Store
from spx_assets_tests.orchestration.conftest import Materialize, failed_checks, metadata_of


def test_metadata_says_rows_nulls_schema_and_repairs(materialize: Materialize) -> None:
    """Every item of the design's table for `clean`, beside rows and place."""
    found = metadata_of(materialize("cleaned_data"), "cleaned_data")

    assert found["rows in"].value > found["rows out"].value == found["dagster/row_count"].value >= 1100
    assert {"null counts", "schema validation", "repairs", "dagster/uri", "version"} <= set(found)


def test_metadata_says_which_families_are_on_and_why_not(materialize: Materialize) -> None:
    """On, off with the series that is missing, and the family that the sample begins with."""
    found = metadata_of(materialize("cleaned_data"), "cleaned_data")

    assert found["sample begins with"].value == "implied volatility"
    assert "term spread: no treasury_10y, treasury_3m" in found["feature families off"].value
    rows = {record.data["family"]: record.data for record in found["families"].records}
    assert (rows["credit"]["on"], rows["credit"]["since"]) == ("True", "1999-01-04")


def test_the_data_version_is_the_store_version(materialize: Materialize, store: Store) -> None:
    """The graph and `spx versions` call the same content by the same name."""
    result = materialize("cleaned_data")
    (event,) = result.get_asset_materialization_events()

    assert event.materialization.tags["dagster/data_version"] == store.current("cleaned_data")


def test_a_leaking_table_is_refused_before_it_is_stored(
    materialize: Materialize, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a feature shifted into the past the check fails, the step fails, and nothing is stored."""
    before = store.versions("cleaned_data")
    honest = tasks.assemble

    def leaking(observations: pd.DataFrame, settings: Settings) -> features.Assembly:
        assembly = honest(observations, settings)
        shifted = assembly.cleaned["return_1"].shift(-1, fill_value=0.0)
        return replace(assembly, cleaned=assembly.cleaned.assign(return_1=shifted))

    monkeypatch.setattr(tasks, "assemble", leaking)
    result = materialize("cleaned_data")

    assert not result.success
    assert failed_checks(result) == ["no_look_ahead"]
    assert before == store.versions("cleaned_data")


def test_too_short_a_history_is_refused(materialize: Materialize) -> None:
    """More sessions needed for training than there are: the check says how many."""
    result = materialize("cleaned_data", first_train=5000)

    assert failed_checks(result) == ["enough_history"]
