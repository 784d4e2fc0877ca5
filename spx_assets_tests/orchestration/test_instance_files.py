"""Damaged files of Dagster's instance are found, named in one typed error, and mended by `spx doctor --repair`."""

from __future__ import annotations

import multiprocessing
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest

from spx_assets.errors import SpxError, StoreUnavailable
from spx_assets.orchestration import instance, instance_files
from spx_assets.settings import Settings
from spx_assets_tests.product import spx


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a whole instance."""
    home = tmp_path_factory.mktemp("made")
    with instance.open_instance(Settings.load({}, home=home)) as opened:
        assert opened.get_runs_count() == 0
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """A copy of it, to damage."""
    return Path(shutil.copytree(made, tmp_path / "home"))


def _two_heads(folder: Path) -> None:
    with closing(sqlite3.connect(folder / instance_files.RUNS)) as database, database:
        # As two processes leave it that made the table and stamped it at once.
        database.executescript(
            "CREATE TABLE heads AS SELECT version_num FROM alembic_version;"
            "DROP TABLE alembic_version; CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);"
            "INSERT INTO alembic_version SELECT version_num FROM heads UNION ALL SELECT version_num FROM heads;"
            "DROP TABLE heads;"
        )


def _half_made(folder: Path) -> None:
    with closing(sqlite3.connect(folder / instance_files.EVENTS)) as database, database:
        database.execute("DROP TABLE alembic_version")


def _garbage(folder: Path) -> None:
    (folder / instance_files.SCHEDULES).write_bytes(b"no database at all, though long enough for a header" * 50)


def _unreadable_yaml(folder: Path) -> None:
    (folder / instance_files.CONFIG).write_bytes(b"telemetry: [\xff\xfe")


def _listed_yaml(folder: Path) -> None:
    (folder / instance_files.CONFIG).write_text("- telemetry\n")


def _folder_for_file(folder: Path) -> None:
    (folder / instance_files.RUNS).unlink()
    (folder / instance_files.RUNS).mkdir()


DAMAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "two heads": (_two_heads, "history/runs.db: it has 2 schema versions"),
    "half made": (_half_made, "runs/index.db: it was only half made"),
    "garbage": (_garbage, "schedules/schedules.db: it is no SQLite database"),
    "unreadable yaml": (_unreadable_yaml, "dagster.yaml: it is not YAML"),
    "no mapping": (_listed_yaml, "dagster.yaml: it is not a YAML mapping"),
    "folder": (_folder_for_file, "history/runs.db: it cannot be opened"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_ruined_instance_is_named_and_mended(home: Path, damage: str) -> None:
    """One typed error with the file and the hint; after `repair` it opens, and nothing was deleted."""
    settings = Settings.load({}, home=home)
    ruin, expected = DAMAGES[damage]
    ruin(settings.dagster_home)

    with pytest.raises(SpxError) as caught, instance.open_instance(settings):
        pass
    done = instance.repair_instance(settings)

    assert expected in caught.value.evidence
    assert "spx doctor --repair" in caught.value.way_out
    assert len(done) == 1
    assert instance_files.faults(settings.dagster_home, thorough=True) == []
    moved = list((settings.dagster_home / instance_files.DAMAGED).rglob("*.*"))
    assert bool(moved) == (damage != "two heads")


def test_two_schema_versions_cost_no_run(home: Path) -> None:
    """The same version stamped twice is kept once, with everything that was recorded."""
    settings = Settings.load({}, home=home)
    with instance.open_instance(settings) as opened:
        run = opened.create_run_for_job(
            dg.define_asset_job("none").resolve(asset_graph=dg.Definitions().resolve_asset_graph())
        )
    _two_heads(settings.dagster_home)

    instance.repair_instance(settings)

    with instance.open_instance(settings) as opened:
        assert opened.has_run(run.run_id)


def test_a_locked_database_is_said_and_not_moved(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever holds it is to be stopped: there is nothing to mend."""
    monkeypatch.setattr(instance_files, "WAIT_S", 0.05)
    settings = Settings.load({}, home=home)
    with closing(sqlite3.connect(settings.dagster_home / instance_files.RUNS, isolation_level=None)) as holder:
        holder.execute("PRAGMA locking_mode=EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        holder.execute("CREATE TABLE held (x)")
        with pytest.raises(StoreUnavailable, match="locked"), instance.open_instance(settings):
            pass


def test_what_fails_while_the_instance_is_open_is_typed_too(home: Path) -> None:
    """A database that is lost meanwhile ends in one sentence, not in a chain of tracebacks."""
    settings = Settings.load({}, home=home)

    def lose() -> None:
        with instance.open_instance(settings) as opened:
            (settings.dagster_home / instance_files.RUNS).write_bytes(b"gone" * 4096)
            opened.get_runs_count()

    with pytest.raises(StoreUnavailable, match="Dagster's records"):
        lose()


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    """The home cannot be used, in words."""
    (tmp_path / "dagster").write_text("")
    with pytest.raises(StoreUnavailable), instance.open_instance(Settings.load({}, home=tmp_path)):
        pass


def test_doctor_finds_and_repairs(home: Path) -> None:
    """`spx doctor` ends with status 3 and names the file; with `--repair` it mends it and ends with 0."""
    _two_heads(home / "dagster")

    found = spx("doctor", home=home)
    mended = spx("doctor", "--repair", home=home)
    after = spx("doctor", home=home)

    assert found.returncode == 3
    assert "2 schema versions" in found.stdout
    assert mended.returncode == after.returncode == 0
    assert "one schema version was kept" in mended.stdout


@pytest.mark.parametrize("pairs", [2, pytest.param(50, marks=pytest.mark.slow)])
def test_processes_that_make_the_instance_at_once_leave_it_whole(tmp_path: Path, pairs: int) -> None:
    """Two processes on an empty home: both succeed, and the home is sound."""
    # Not forked from here: other tests leave threads behind, and their locks.
    fresh = multiprocessing.get_context("forkserver")
    fresh.set_forkserver_preload([__name__])
    for number in range(pairs):
        home = tmp_path / str(number)
        both = [fresh.Process(target=_open, args=(home,)) for _ in range(2)]
        for process in both:
            process.start()
        for process in both:
            process.join(120)
        assert [process.exitcode for process in both] == [0, 0]
        assert instance_files.faults(home / "dagster", thorough=True) == []
        assert instance_files.is_whole(home / "dagster")


def _open(home: Path) -> None:
    with instance.open_instance(Settings.load({}, home=home)) as opened:
        opened.get_runs_count()
