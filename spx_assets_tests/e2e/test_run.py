"""`spx run` on the embedded data: everything is made once, and made the same again."""

from __future__ import annotations

import importlib
import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pypdf import PdfReader

from spx_assets import artifacts, features
from spx_assets.home import open_store
from spx_assets.settings import Settings
from spx_assets_tests.product import CHEAP, ONE_HORIZON, materialize, spx, started

Ran = tuple[Path, dict[str, Any]]
WITHOUT_REPORT = tuple(asset for asset in artifacts.ASSETS if asset not in ("analysis_report", "track_record"))


def _table(home: Path, asset: str, **settings: object) -> pd.DataFrame:
    return artifacts.table_of(open_store(Settings.load({}, home=home, **settings)).read(asset))


def test_every_asset_is_materialized_with_its_checks(ran: Ran) -> None:
    """Every asset new, each with at least one check, none refused."""
    outcome = ran[1]

    assert list(artifacts.ASSETS) == sorted((a["asset"] for a in outcome["assets"]), key=artifacts.ASSETS.index)
    assert all(asset["new"] and asset["checks"] > 0 for asset in outcome["assets"])
    assert outcome["refusal"] is None


def test_the_embedded_data_is_enough_to_judge(ran: Ran) -> None:
    """At least 1,100 sessions, and 600 out-of-sample forecasts of each model and horizon."""
    home = ran[0]

    evaluation = _table(home, "walk_forward")

    assert len(_table(home, "cleaned_data")) >= 1100
    assert evaluation.dropna(subset="realised").groupby(["model", "horizon"]).size().min() >= 600


def test_the_report_has_its_pages_and_figures(ran: Ran) -> None:
    """A PDF of at least four pages, and at least seven figures beside it."""
    store = open_store(Settings.load({}, home=ran[0]))
    folder = store.path("analysis_report")

    assert len(PdfReader(folder / "analysis_report.pdf").pages) >= 4
    assert len(list((folder / "figures").glob("*.png"))) >= 7


def test_the_forecast_is_made_from_the_last_session(ran: Ran) -> None:
    """Origin, target sessions and versions of `next_forecast` are those of the data and the deployed model."""
    home = ran[0]
    store = open_store(Settings.load({}, home=home))

    forecast = _table(home, "next_forecast")

    assert forecast["origin"].unique().tolist() == [_table(home, "cleaned_data")["session"].iloc[-1]]
    assert forecast["horizon"].tolist() == [1, 5, 21]
    assert forecast["model_version"].unique().tolist() == [store.current("deployed_model")]
    assert forecast["data_version"].unique().tolist() == [store.current("cleaned_data")]


def test_manifests_name_what_each_asset_was_made_from(ran: Ran) -> None:
    """Lineage is in the store: the report's inputs are the current versions of all it shows."""
    store = open_store(Settings.load({}, home=ran[0]))

    inputs = store.manifest("analysis_report").provenance.inputs

    expected = ("cleaned_data", "next_forecast", "raw_market", "trained_model", "walk_forward")
    assert inputs == {asset: store.current(asset) for asset in expected}


def test_a_second_run_writes_nothing_and_says_so(ran: Ran, tmp_path: Path) -> None:
    """Equal inputs, code and settings: no new version of anything, not a byte touched in the store."""
    home = tmp_path / "home"
    shutil.copytree(ran[0], home, symlinks=True)
    before = _state(home)

    result = spx("run", home=home)

    assert result.returncode == 0, result.stderr
    assert f"Nothing changed: all {len(artifacts.ASSETS)} assets are as they were" in result.stdout
    assert result.stdout.count("unchanged") == len(artifacts.ASSETS)
    assert before == _state(home)


def _state(home: Path) -> dict[str, tuple[int, int]]:
    files = [path for path in (home / "store").rglob("*") if path.is_file() and not path.name.startswith(".")]
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in files}


def test_csv_tables_hold_the_same_numbers(ran: Ran, tmp_path: Path) -> None:
    """SPX_TABLE_FORMAT=csv stores raw_market.csv and cleaned_data.csv, equal in every cell."""
    settings = Settings.load({}, home=tmp_path, table_format="csv", candidates=CHEAP, **ONE_HORIZON)

    materialize(settings, *WITHOUT_REPORT)

    for asset in ("raw_market", "cleaned_data", "walk_forward", "next_forecast"):
        files = open_store(Settings.load({}, home=tmp_path)).read(asset).files
        assert [f"{asset}.csv"] == [name for name in files if not name.endswith(".json")]
    for asset in ("raw_market", "cleaned_data", "walk_forward"):
        stored, again = _table(ran[0], asset), _table(tmp_path, asset)
        if asset == "walk_forward":
            stored = stored[stored["horizon"] == 1]
        pd.testing.assert_frame_equal(stored[list(again)], again, check_exact=True)


def test_as_of_equals_the_full_run_up_to_its_day(ran: Ran, tmp_path: Path) -> None:
    """Row for row and exactly in every feature; the forecast's origin is the day; nothing current moves."""
    home = tmp_path / "home"
    shutil.copytree(ran[0], home, symlinks=True)
    before = _state(home)

    settings = Settings.load({}, home=home, as_of="2017-06-30", candidates=CHEAP, **ONE_HORIZON)
    materialize(settings, *WITHOUT_REPORT)

    then, full = _table(home, "cleaned_data", as_of="2017-06-30"), _table(home, "cleaned_data")
    names = ["session", *features.feature_names(full)]
    pd.testing.assert_frame_equal(full.loc[:"2017-06-30", names], then[names], check_exact=True)
    forecast = _table(home, "next_forecast", as_of="2017-06-30")
    assert forecast["origin"].unique().tolist() == [pd.Timestamp("2017-06-30")]
    assert before == {path: state for path, state in _state(home).items() if "/as-of/" not in path}
    said = spx("forecast", "--as-of", "2017-06-30", home=home).stdout
    assert "The last close is 2017-06-30" in said


def test_as_of_with_other_horizons_in_an_empty_home(tmp_path: Path) -> None:
    """Without a `raw_market` to look back into, the source is read as it was known then, for the horizons asked."""
    asked = ("--as-of", "2017-06-30", "--horizons", "10")
    result = spx("run", *asked, "--json", home=tmp_path, candidates="historical_mean")

    assert result.returncode == 0, result.stderr
    raw = _table(tmp_path, "raw_market", as_of="2017-06-30")
    assert raw["known_at"].max() <= pd.Timestamp("2017-06-30 20:00", tz="UTC")
    assert [10] == _table(tmp_path, "next_forecast", as_of="2017-06-30")["horizon"].tolist()


@pytest.mark.slow
def test_another_processor_keeps_every_version(ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the vector instructions beyond AVX2 cells differ in their last digits; no version is new."""
    home = shutil.copytree(ran[0], tmp_path / "home", symlinks=True)
    shutil.rmtree(home / "dagster")  # the records by which an unchanged asset is not computed at all
    info: Any = importlib.import_module("numpy._core._multiarray_umath")
    beyond = [name for name in info.__cpu_dispatch__ if info.__cpu_features__[name] and name != "X86_V3"]
    monkeypatch.setenv("NPY_DISABLE_CPU_FEATURES", " ".join(beyond or ["X86_V3"]))

    again = started("run", "--json", home=home)

    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["new_versions"] == 0


@pytest.mark.slow
def test_a_rollback_holds_until_its_release_and_forecasts_are_made_by_what_serves(ran: Ran, tmp_path: Path) -> None:
    """Forecast, store and run name the version that a person chose, through a run with other candidates, until then."""
    home = shutil.copytree(ran[0], tmp_path / "home", symlinks=True)
    store = open_store(Settings.load({}, home=home))
    first = str(store.current("deployed_model"))
    assert spx("run", home=home, candidates="ridge").returncode == 0
    assert store.current("deployed_model") != first

    assert spx("rollback", "deployed_model", first, "--reason", "worse", home=home, candidates="ridge").returncode == 0
    assert {row["model_version"] for row in json.loads(spx("forecast", "--json", home=home).stdout)} == {first}
    run = json.loads(spx("run", "--json", home=home, candidates="ridge", first_train="400").stdout)
    assert {row["model_version"] for row in json.loads(spx("forecast", "--json", home=home).stdout)} == {first}
    assert [(a["version"], "worse" in a["pinned"]) for a in run["assets"] if a["pinned"]] == [(first, True)]

    assert spx("rollback", "deployed_model", "--release", home=home).returncode == 0
    assert spx("run", home=home, candidates="ridge").returncode == 0
    assert store.current("deployed_model") != first
