"""Where Dagster keeps runs, events and schedules: SQLite files in the home, or the PostgreSQL database of the settings.

The address stays in the environment: no file of the home holds its password.
"""

from __future__ import annotations

import json
import os
import re
from importlib.util import find_spec
from typing import Any

import sqlalchemy as sa
from dagster._core.storage.event_log.sqlite import consolidated_sqlite_event_log, sqlite_event_log  # no public names
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from dagster._core.storage.schedules.sqlite import sqlite_schedule_storage
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData

from spx_assets.errors import SettingsError
from spx_assets.settings import Settings

VARIABLE = "SPX_DAGSTER_POSTGRES_URL"
SCHEME, SCHEME_WITH_DRIVER = "postgresql://", "postgresql+psycopg2://"
POSTGRES = f"""\
storage:
  postgres:
    postgres_url:
      env: {VARIABLE}
"""
# A path with one of these is no part of an address: Dagster's SQLite files would be made elsewhere, or not at all.
SPECIAL = re.compile(r"[%?#]")
SQLITE = """\
storage:
  custom:
    module: spx_assets.orchestration.instance_storage
    class: AnyFolderStorage
    config: {{base_dir: {folder}}}
"""


class AnyFolderStorage(DagsterSqliteStorage):
    """Dagster's SQLite files in a folder whatever its name is, in every process that opens the instance."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        use_any_folder()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData, config_value: Any) -> AnyFolderStorage:
        """As Dagster makes its own from dagster.yaml."""
        return cls.from_local(inst_data=inst_data, **config_value)


def use_any_folder() -> None:
    """Let Dagster, in this process, escape a path before it becomes an address."""
    for module in (consolidated_sqlite_event_log, sqlite_event_log, sqlite_run_storage, sqlite_schedule_storage):
        setattr(module, "create_db_conn_string", _address)  # noqa: B010  # no setting says so


def _address(base_dir: str, name: str) -> str:
    file = os.path.join(os.path.abspath(base_dir), f"{name}.db")  # noqa: PTH100, PTH118  # as Dagster does
    return sa.URL.create("sqlite", database=file).render_as_string()


def storage(settings: Settings) -> str:
    """The storage block of dagster.yaml; empty for SQLite in a plain folder. An as-of home has a database of its own.

    The address is put into this process's environment, where Dagster, here and in the processes started from here,
    looks it up.

    Raises:
        SettingsError: when what connects Dagster to PostgreSQL is not installed.

    """
    if settings.dagster_postgres_url is None or settings.as_of is not None:
        folder = str(settings.dagster_home.absolute())
        if SPECIAL.search(folder) is None:
            return ""
        use_any_folder()
        return SQLITE.format(folder=json.dumps(folder))
    missing = [name for name in ("dagster_postgres", "psycopg2") if find_spec(name) is None]
    if missing:
        raise SettingsError(
            f"{VARIABLE} cannot be used",
            evidence=f"{', '.join(missing)} is not installed",
            way_out='pip install "spx-assets[postgres]", or unset it.',
        )
    # A bare address means another driver to newer releases of SQLAlchemy than the one that Dagster brings along.
    url = settings.dagster_postgres_url.get_secret_value()
    with_driver = SCHEME_WITH_DRIVER + url.removeprefix(SCHEME) if url.startswith(SCHEME) else url
    os.environ[VARIABLE] = with_driver
    return POSTGRES
