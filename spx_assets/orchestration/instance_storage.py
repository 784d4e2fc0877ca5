"""Where Dagster keeps runs, events and schedules: SQLite files in the home, or the PostgreSQL database of the settings.

The address stays in the environment: no file of the home holds its password.
"""

from __future__ import annotations

import os
from importlib.util import find_spec

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


def storage(settings: Settings) -> str:
    """The storage block of dagster.yaml; empty for SQLite. An as-of home never shares the database of the main one.

    The address is put into this process's environment, where Dagster, here and in the processes started from here,
    looks it up.

    Raises:
        SettingsError: when what connects Dagster to PostgreSQL is not installed.

    """
    if settings.dagster_postgres_url is None or settings.as_of is not None:
        return ""
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
