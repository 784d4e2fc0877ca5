"""The asset `cleaned_data`: what it records, and what it refuses to store."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from spx_assets import features, market, tasks
from spx_assets.settings import Settings
from spx_assets.store import Store
from spx_assets_tests import product
from spx_assets_tests.market.documents import closes_through_references
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


def test_a_table_that_ends_before_the_last_close_is_refused(
    materialize: Materialize, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever drops the last rows, a forecast from an older close than the last one is never made in silence."""
    honest = tasks.assemble

    def ending_early(observations: pd.DataFrame, settings: Settings) -> features.Assembly:
        assembly = honest(observations, settings)
        return replace(assembly, cleaned=assembly.cleaned.iloc[:-3])

    monkeypatch.setattr(tasks, "assemble", ending_early)

    assert failed_checks(materialize("cleaned_data")) == ["last_session"]


def test_series_that_stopped_end_no_forecast(materialize: Materialize, home: Path, tmp_path: Path) -> None:
    """With closes and a VIX that go on, rows go on; card and metadata name what stands aside, since when and why."""
    dates = market.calendar.sessions("2019-01-02", "2019-12-31")
    values = dict.fromkeys(("spx_open", "spx_high", "spx_low", "spx_close"), closes_through_references(dates))
    values |= {"spx_volume": np.full(len(dates), 3e9), "vix_close": closes_through_references(dates, "vix_close")}
    rows = pd.concat([pd.DataFrame({"series": name, "date": dates, "value": each}) for name, each in values.items()])
    rows.to_csv(tmp_path / "fresh.csv", index=False)
    settings = {"source": f"sample,{tmp_path / 'fresh.csv'}", "horizons": "1", "candidates": "historical_mean"}
    flow = ("raw_market", "cleaned_data", "walk_forward", "trained_model", "deployed_model", "next_forecast")

    result = materialize(*flow, **settings)
    without = materialize("cleaned_data", **settings, exclude_families="oil,credit")

    assert result.success
    assert result.output_for_node("next_forecast")["origin"].iloc[0] == pd.Timestamp("2019-12-31")
    sample = result.output_for_node("trained_model").card["sample"]
    aside = {each["family"] for each in sample["families"] if each["stands_aside_since"]}
    assert aside == {"credit", "inflation", "oil"}
    assert any(note.startswith("oil stands aside since 2019-02-") for note in sample["notes"])
    assert "oil since 2019-02-" in metadata_of(result, "cleaned_data")["families that stand aside"].value
    printed = product.spx("forecast", home=home).stdout
    assert "2019-12-31" in printed
    assert all(note in printed for note in sample["notes"])
    assert "inflation since" in metadata_of(without, "cleaned_data")["families that stand aside"].value
    assert "oil: excluded by SPX_EXCLUDE_FAMILIES" in metadata_of(without, "cleaned_data")["feature families off"].value
