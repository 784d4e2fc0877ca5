"""Dagster's storage in PostgreSQL: runs and events are there, the password nowhere else; the ledger shares it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa

from spx_assets.definitions import build_definitions
from spx_assets.errors import SettingsError
from spx_assets.home import open_ledger
from spx_assets.orchestration import instance, instance_storage
from spx_assets.orchestration.progress import progress_logger
from spx_assets.settings import Settings
from spx_assets.store import ledger_database
from spx_assets_tests import postgres
from spx_assets_tests.serving.running import running

SESSIONS = 15


@pytest.fixture
def database(postgres_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty database, and an environment that is as before at the end."""
    monkeypatch.setenv(instance_storage.VARIABLE, "")
    return postgres.new_database(postgres_server)


def test_without_the_setting_and_as_of_a_day_storage_is_in_the_home(tmp_path: Path) -> None:
    """SQLite files of its own, also where the main home has PostgreSQL."""
    assert instance_storage.storage(Settings.load({}, home=tmp_path)) == ""
    as_of = Settings.load({}, home=tmp_path, as_of="2017-06-30", dagster_postgres_url="postgresql://host/name")
    assert instance_storage.storage(as_of) == ""


def test_a_missing_package_is_said_with_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is optional, and asked for by name."""
    monkeypatch.setattr(instance_storage, "find_spec", lambda _name: None)

    with pytest.raises(SettingsError, match=r"spx-assets\[postgres\]"):
        instance_storage.storage(Settings.load({}, home=tmp_path, dagster_postgres_url="postgresql://host/name"))


def test_the_pipeline_and_two_apis_write_at_once(home: Path, database: str, tmp_path: Path) -> None:
    """Run, events and ledger in PostgreSQL, other writers beside: no row lost or doubled, no password in the home."""
    settings = Settings.load({}, home=home, dagster_postgres_url=database, ledger_url=database)
    location = build_definitions(settings=settings, loggers={"silent": progress_logger(lambda _line: None)})
    arguments = [sys.executable, "-m", "spx_assets_tests.store.ledger_entries", database]
    with (
        running(home, tmp_path / "one", ledger_url=database) as one,
        running(home, tmp_path / "two", ledger_url=database) as two,
        instance.open_instance(settings) as opened,
    ):
        writers = [subprocess.Popen([*arguments, number, "0", str(SESSIONS)]) for number in ("1", "2")]
        answers = [api.get("/v1/forecast").json() for api in (one, two, one, two)]
        result = location.resolve_implicit_global_asset_job_def().execute_in_process(
            asset_selection=[dg.AssetKey("next_forecast"), dg.AssetKey("track_record")],
            run_config={"loggers": {"silent": {}}},
            instance=opened,
        )
        assert [writer.wait(120) for writer in writers] == [0, 0]
        made = opened.get_latest_materialization_event(dg.AssetKey("next_forecast"))
        runs = [run.run_id for run in opened.get_runs()]
        failures = [api.get("/metrics").text for api in (one, two)]

    rows = open_ledger(settings).rows()
    assert [result.run_id] == runs
    assert made is not None
    assert made.run_id == result.run_id
    assert SESSIONS * (2 + 2) + 3 == len(rows) == len({row.key for row in rows})
    assert {row.origin.isoformat() for row in rows[-3:]} == {answer["origin"][:10] for answer in answers}
    assert all("spx_ledger_failures_total 0.0\n" in text for text in failures)
    tables = sa.inspect(ledger_database.engine(database)).get_table_names()
    assert {"runs", "event_logs", "forecast_ledger"} <= set(tables)
    password = postgres.PASSWORD.encode()
    assert not [path for path in (home / "dagster").rglob("*") if path.is_file() and password in path.read_bytes()]


def test_the_instance_is_in_the_home_whatever_it_is_called(tmp_path: Path) -> None:
    """A path is no address: nothing in it is unescaped or cut off, in this process or in another."""
    home = tmp_path / "50%41 off?x#y~三"
    home.mkdir()
    with instance.open_instance(Settings.load({}, home=home)) as opened:
        opened.add_run(dg.DagsterRun("job"))
    ask = "import dagster, sys; print(len(dagster.DagsterInstance.from_config(sys.argv[1]).get_runs()))"

    result = subprocess.run(
        [sys.executable, "-c", ask, str(home / "dagster")], capture_output=True, text=True, check=False
    )

    assert "1" == result.stdout.strip(), result.stderr
    assert [home] == list(tmp_path.iterdir())
    assert list((home / "dagster" / "history").glob("*.db"))
