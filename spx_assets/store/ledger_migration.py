"""The ledger's tables brought to the version this code knows, by Alembic, by one process at a time.

The steps themselves are in `migrations/versions`. Promise: a step is done whole or not at all, and a ledger that a
later version of the program wrote is refused, not guessed at.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from spx_assets.errors import SchemaRefused
from spx_assets.store import disk, ledger_database, lock
from spx_assets.store.ledger_schema import HEAD, VERSION_TABLE

# Any number would do; it is the ledger's among the advisory locks of a database.
ADVISORY_LOCK = 5_090_000_500


def bring_up_to_date(engine: sa.Engine) -> None:
    """Make or migrate the tables, unless they are at the version this code knows; SchemaRefused for a later one."""
    file = ledger_database.file_of(engine)
    if file is not None:
        with disk.reporting("The forecast ledger could not be made"):
            file.parent.mkdir(parents=True, exist_ok=True)
    with ledger_database.reading(engine) as connection:
        if _version(connection) == HEAD:
            return
    with _alone(engine), ledger_database.writing(engine) as connection:
        if engine.url.get_backend_name() == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(ADVISORY_LOCK)))
        if _version(connection) != HEAD:
            _upgrade(connection)


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(sa.text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one_or_none()  # noqa: S608
    return None if found is None else str(found)


@contextmanager
def _alone(engine: sa.Engine) -> Iterator[None]:
    """Hold the folder's lock while a SQLite file is made: its journal mode changes outside of any transaction."""
    file = ledger_database.file_of(engine)
    if file is None:
        yield
        return
    with lock.held(file.parent, timeout_s=2 * ledger_database.WAIT_S):
        with ledger_database.reporting(engine), engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("PRAGMA journal_mode=WAL")  # readers and the writer do not wait for each other
        yield


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command  # noqa: PLC0415  # half a second, needed once per version
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "spx_assets.store:migrations")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise SchemaRefused(
            "The forecast ledger was written by a later version of spx",
            evidence=str(error),
            way_out="Update spx_assets, or give another SPX_LEDGER_URL.",
        ) from error
