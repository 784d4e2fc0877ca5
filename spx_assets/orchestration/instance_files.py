"""The files of Dagster's instance in a home: looked at, made whole at once, and mended. Imports no Dagster.

Two processes that made the same instance at once left databases with two schema versions, which Dagster cannot open.
Promise: what is damaged is named with its file, and mending deletes nothing: a file that cannot be kept is moved to
`dagster/damaged/`. The versions of the store, and their history there, do not depend on these files.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import yaml  # type: ignore[import-untyped]  # PyYAML carries no types

CONFIG = "dagster.yaml"
RUNS, EVENTS, SCHEDULES = "history/runs.db", "history/runs/index.db", "schedules/schedules.db"
DATABASES = (RUNS, EVENTS, SCHEDULES)
DAMAGED = "damaged"
# How long a database that another process holds is waited for.
WAIT_S = 2.0


@dataclass(frozen=True)
class Fault:
    """What is wrong with a file; `mendable` when `repair` can put it right, by itself or by moving it aside."""

    file: Path
    what: str
    mendable: bool = True

    def __str__(self) -> str:
        return f"{self.file.parent.name}/{self.file.name}: {self.what}"


def has_own_databases(folder: Path) -> bool:
    """Whether the configuration leaves runs, events and schedules to SQLite files in the folder."""
    try:
        given = yaml.safe_load((folder / CONFIG).read_bytes())
    except (OSError, yaml.YAMLError):
        return True
    storages = {"storage", "run_storage", "event_log_storage", "schedule_storage", "instance_class"}
    if not isinstance(given, dict) or given.get("storage", {}).get("custom", {}).get("class") == "AnyFolderStorage":
        return True
    return storages.isdisjoint(given)


def faults(folder: Path, *, thorough: bool = False) -> list[Fault]:
    """What keeps Dagster from opening its instance in `folder`; `thorough` also reads every page of the databases."""
    found = list(_of_config(folder / CONFIG))
    if has_own_databases(folder):
        for name in DATABASES:
            found += _of_database(folder / name, thorough=thorough)
    return found


def repair(folder: Path) -> list[str]:
    """Put right what `faults` finds, in words; the caller makes sure that nobody has the instance open."""
    done = []
    for fault in faults(folder, thorough=True):
        if not fault.mendable:
            continue
        if _keep_one_schema(fault.file):
            done.append(f"{fault.file.name}: one schema version was kept")
        else:
            done.append(f"{fault.file.name} was moved to {_moved_aside(folder, fault.file)}")
    return done


def _of_config(config: Path) -> Iterator[Fault]:
    try:
        given = yaml.safe_load(config.read_bytes())
    except FileNotFoundError:
        return
    except OSError as error:
        yield Fault(config, f"it cannot be read ({error.strerror})", mendable=isinstance(error, IsADirectoryError))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        yield Fault(config, f"it is not YAML ({str(error).splitlines()[0]})")
    else:
        if not isinstance(given, dict):
            yield Fault(config, "it is not a YAML mapping")


def _of_database(file: Path, *, thorough: bool) -> Iterator[Fault]:
    if not file.exists():
        return
    try:
        with closing(_opened(file)) as database:
            heads = [row[0] for row in database.execute("SELECT version_num FROM alembic_version")]
            damage = [row[0] for row in database.execute("PRAGMA quick_check(1)")] if thorough else ["ok"]
    except sqlite3.OperationalError as error:
        yield _from_error(file, error)
    except sqlite3.DatabaseError as error:
        yield Fault(file, f"it is no SQLite database ({error})")
    else:
        if len(heads) != 1:
            yield Fault(file, f"it has {len(heads)} schema versions ({', '.join(map(str, heads)) or 'none'}), not one")
        elif damage != ["ok"]:
            yield Fault(file, f"it is damaged ({damage[0]})")


def _from_error(file: Path, error: sqlite3.OperationalError) -> Fault:
    if "no such table" in str(error):
        return Fault(file, "it was only half made: it has no schema version")
    return Fault(file, f"it cannot be opened ({error})", mendable=file.is_dir())


def _opened(file: Path) -> sqlite3.Connection:
    # On a disk that cannot be written there is no log to share, and SQLite must be told so.
    fixed = "" if os.access(file.parent, os.W_OK) else "&immutable=1"
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro{fixed}", uri=True, timeout=WAIT_S)


def _keep_one_schema(file: Path) -> bool:
    """Leave one of several equal schema versions; False when they differ, or are not what is wrong."""
    if not file.is_file() or file.suffix != ".db":
        return False
    try:
        with closing(sqlite3.connect(file, timeout=WAIT_S)) as database, database:
            heads = [row[0] for row in database.execute("SELECT version_num FROM alembic_version")]
            sound = [row[0] for row in database.execute("PRAGMA quick_check(1)")] == ["ok"]
            if len(heads) < 2 or len(set(heads)) != 1 or not sound:
                return False
            database.execute("DELETE FROM alembic_version WHERE rowid NOT IN (SELECT min(rowid) FROM alembic_version)")
    except sqlite3.DatabaseError:
        return False
    return True


def _moved_aside(folder: Path, file: Path) -> Path:
    place = folder / DAMAGED / datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
    place.mkdir(parents=True)
    for part in (file, *(file.with_name(file.name + ending) for ending in ("-wal", "-shm", "-journal"))):
        if part.exists():
            part.replace(place / part.name)
    return place / file.name


def put_in_place(made: Path, folder: Path) -> None:
    """Move the databases that a new instance was made with in `made` to where they are missing in `folder`."""
    for name in DATABASES:
        if not (folder / name).exists():
            with closing(sqlite3.connect(made / name)) as database:
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).replace(folder / name)


def is_whole(folder: Path) -> bool:
    """Whether every database of the instance is there."""
    return all((folder / name).exists() for name in DATABASES)
