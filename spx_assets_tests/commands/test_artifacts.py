"""Commands over the store: forecast, versions, rollback, verify, export, export-model."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from spx_assets import artifacts
from spx_assets.home import open_store
from spx_assets.market.draft import FileContext
from spx_assets.market.parse import parse
from spx_assets.settings import Settings
from spx_assets.store import Provenance
from spx_assets_tests.product import materialize, spx


@pytest.fixture
def home(ran: tuple[Path, dict[str, Any]], tmp_path: Path) -> Path:
    """A copy of the home in which everything was run once."""
    shutil.copytree(ran[0], tmp_path / "home", symlinks=True)
    return tmp_path / "home"


def test_forecast_prints_interval_skill_and_versions(home: Path) -> None:
    """Per horizon one line and the plain sentence; then what it was made from."""
    said = spx("forecast", home=home).stdout

    assert said.count("no candidate beat the historical mean") == 3
    assert said.count("90 % interval") == 3
    assert str(open_store(Settings.load({}, home=home)).current("deployed_model")) in said


def test_forecast_as_json_is_the_table(home: Path) -> None:
    """Every column, for scripts; and the age of the forecast, and what each interval contained so far."""
    table = artifacts.table_of(open_store(Settings.load({}, home=home)).read("next_forecast"))

    records = json.loads(spx("forecast", "--json", home=home).stdout)

    assert table["forecast"].tolist() == [record["forecast"] for record in records]
    contained = {f"coverage_{name.removeprefix('lower_')}" for name in table if name.startswith("lower_")}
    assert {*table.columns, *contained, "age_sessions"} == set(records[0])
    assert all(0.5 < record["coverage_90"] < 1 and record["age_sessions"] > 1900 for record in records)


def test_versions_and_rollback_move_the_pointer(home: Path) -> None:
    """Another run with another horizon makes new versions; rolling back makes the first current again."""
    store = open_store(Settings.load({}, home=home))
    first = store.current("cleaned_data")
    assert materialize(Settings.load({}, home=home, horizons="2"), "cleaned_data").success

    listed = json.loads(spx("versions", "cleaned_data", "--json", home=home).stdout)
    rolled = spx("rollback", "cleaned_data", str(first), "--reason", "a wrong horizon", home=home)
    shown = json.loads(spx("versions", "cleaned_data", "--json", home=home).stdout)
    both = spx("rollback", "cleaned_data", str(first), "--release", home=home)
    released = spx("rollback", "cleaned_data", "--release", home=home)

    assert ["a wrong horizon" in str(row["pinned"]) for row in shown] == [row["current"] for row in shown]
    assert (both.returncode, released.returncode) == (2, 0)
    assert [True, False] == [row["current"] for row in listed]
    assert rolled.returncode == 0
    assert first == store.current("cleaned_data")
    assert len(store.versions("cleaned_data")) == 2


def test_verify_finds_a_flipped_bit(home: Path) -> None:
    """Status 0 when whole; status 3, the asset and the way out when not."""
    assert spx("verify", home=home).returncode == 0
    folder = open_store(Settings.load({}, home=home)).path("walk_forward")
    file = folder / "walk_forward.parquet"
    damaged = bytearray(file.read_bytes())
    damaged[1000] ^= 4
    file.write_bytes(damaged)

    result = spx("verify", home=home)

    assert result.returncode == 3
    assert "walk_forward" in result.stderr
    assert "rollback" in result.stderr


@pytest.mark.parametrize("table_format", ["csv", "parquet", "xlsx"])
def test_export_writes_the_stored_numbers(table_format: str, home: Path, tmp_path: Path) -> None:
    """Read back by pandas, the numbers are those of the store."""
    table = artifacts.table_of(open_store(Settings.load({}, home=home)).read("cleaned_data"))
    readers: dict[str, Any] = {"csv": pd.read_csv, "parquet": pd.read_parquet, "xlsx": pd.read_excel}

    result = spx("export", "cleaned_data", "--format", table_format, home=home, cwd=tmp_path)

    assert result.returncode == 0, result.stderr
    back = readers[table_format](tmp_path / f"cleaned_data.{table_format}")
    np.testing.assert_allclose(table["vix_level"], back["vix_level"], rtol=1e-15)
    assert len(table) == len(back)


def test_the_ledger_is_exported_as_a_table(home: Path, tmp_path: Path) -> None:
    """Every forecast, with when it was made; a home without one is told how to begin."""
    result = spx("export", "ledger", "--output", str(tmp_path / "ledger.csv"), home=home)

    assert result.returncode == 0, result.stderr
    table = pd.read_csv(tmp_path / "ledger.csv")
    assert table["horizon"].tolist() == [1, 5, 21]
    assert table["realised"].isna().all()
    assert {"made_at", "lower_90", "upper_90", "model_version", "data_version"} < set(table)
    assert spx("export", "ledger", home=tmp_path).returncode == 4


def test_only_tables_are_exported(home: Path, tmp_path: Path) -> None:
    """A model is not a table; the message lists what is."""
    result = spx("export", "trained_model", home=home, cwd=tmp_path)

    assert result.returncode == 2
    assert "cleaned_data" in result.stderr


def test_export_model_of_a_horizon_that_is_not_there(home: Path, tmp_path: Path) -> None:
    """Status 4 and the horizons there are."""
    result = spx("export-model", "--horizon", "3", home=home, cwd=tmp_path)

    assert result.returncode == 4
    assert "21" in result.stderr


@pytest.mark.parametrize(("name", "read"), [("z.xlsx", pd.read_excel), ("z.parquet", pd.read_parquet)])
def test_the_output_name_decides_the_export_format(name: str, read: Any, home: Path, tmp_path: Path) -> None:
    """Without --format a name is taken at its word."""
    result = spx("export", "next_forecast", "--output", name, home=home, cwd=tmp_path)

    assert result.returncode == 0, result.stderr
    assert len(read(tmp_path / name)) == 3


def test_a_name_that_contradicts_the_format_is_refused(home: Path, tmp_path: Path) -> None:
    """CSV text in a file named .xlsx opens nowhere."""
    result = spx("export", "next_forecast", "--format", "csv", "--output", "z.xlsx", home=home, cwd=tmp_path)

    assert result.returncode == 2
    assert not (tmp_path / "z.xlsx").exists()


def test_versions_and_rollback_work_with_a_damaged_pointer(home: Path) -> None:
    """The way out that a damaged CURRENT names is one."""
    store = open_store(Settings.load({}, home=home))
    version = str(store.current("walk_forward"))
    (store.path("walk_forward").parent / "CURRENT").write_text("nonsense\n")

    listed = spx("versions", "walk_forward", home=home)
    rolled = spx("rollback", "walk_forward", version, home=home)

    assert version in listed.stdout
    assert rolled.returncode == 0, rolled.stderr
    assert version == store.current("walk_forward")


@pytest.mark.parametrize("table_format", ["csv", "xlsx"])
def test_no_text_of_an_exported_table_is_run_by_a_spreadsheet(table_format: str, tmp_path: Path) -> None:
    """Formulas that an older version let in are shown as text; numbers stay numbers, also negative ones."""
    now = pd.Timestamp("2024-02-01", tz="UTC")
    table = parse(b"date,wti\n2020-04-20,-36.98\n", "wti.csv", context=FileContext(now)).observations
    stored = artifacts.table_payload("raw_market", table.assign(source='=HYPERLINK("http://h","x")'), "parquet")
    open_store(Settings.load({}, home=tmp_path)).commit("raw_market", stored, Provenance())

    result = spx("export", "raw_market", "--format", table_format, home=tmp_path, cwd=tmp_path)

    assert result.returncode == 0, result.stderr
    read: Any = {"csv": pd.read_csv, "xlsx": pd.read_excel}[table_format]
    back = read(tmp_path / f"raw_market.{table_format}")
    assert ['\'=HYPERLINK("http://h","x")'] == list(back["source"])
    assert [-36.98] == list(back["value"])
