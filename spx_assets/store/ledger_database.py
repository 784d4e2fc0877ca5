"""A connection to the ledger's database: which kinds there are, how each is opened, and its refusals in our words.

SQLite waits for other writers and survives a power cut; PostgreSQL is opened anew for each use, so that neither a
fork nor a restarted server leaves a dead connection behind.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from spx_assets.errors import SettingsError, StoreUnavailable

WAIT_S = 30.0


def engine(url: str) -> sa.Engine:
    """The engine of a `sqlite` or `postgresql` address; SettingsError for another, or where its driver is missing."""
    try:
        address = sa.make_url(url)
    except ArgumentError:
        raise _refused("it is not an address such as postgresql://user:password@host/database") from None
    kind = address.get_backend_name()
    if address.drivername == "postgresql":
        # What a bare address means has changed between releases of SQLAlchemy; this driver is the one installed.
        address = address.set(drivername="postgresql+psycopg2")
    if kind == "sqlite":
        return _sqlite(address)
    if kind != "postgresql":
        raise _refused(f"its kind is {kind}")
    try:
        return sa.create_engine(address, poolclass=sa.NullPool, connect_args={"connect_timeout": math.ceil(WAIT_S / 3)})
    except ModuleNotFoundError as error:
        raise _refused(f"{error.name} is not installed", 'pip install "spx-assets[postgres]"') from None


def _refused(evidence: str, way_out: str = "") -> SettingsError:
    return SettingsError(
        "SPX_LEDGER_URL cannot be used",
        evidence=evidence,
        way_out=way_out or "Give postgresql://…, or unset it for a file in the home.",
    )


def _sqlite(address: sa.URL) -> sa.Engine:
    if _is_read_only(address.database):
        # SQLite would make its files of shared memory beside the database before it reads.
        name = f"file:{quote(str(Path(address.database or '').absolute()))}"
        address = sa.URL.create("sqlite", database=name, query={"mode": "ro", "immutable": "1", "uri": "true"})
    made = sa.create_engine(address, poolclass=sa.NullPool, connect_args={"timeout": WAIT_S})

    @sa.event.listens_for(made, "connect")
    def connected(connection: Any, _record: Any) -> None:
        # The driver would begin on its own, too late for DDL and too weakly for a writer: see `begun`.
        connection.isolation_level = None
        connection.execute("PRAGMA synchronous=FULL")

    @sa.event.listens_for(made, "begin")
    def begun(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return made


def _is_read_only(name: str | None) -> bool:
    """Whether the file is there, in a folder that cannot be written, with everything that was written in it."""
    file = Path(name or "")
    log = Path(f"{file}-wal")
    is_whole = not log.exists() or log.stat().st_size == 0
    return file.is_file() and is_whole and not os.access(file.parent, os.W_OK, effective_ids=True)


def file_of(engine: sa.Engine) -> Path | None:
    """The file of a SQLite database that can be written, None for any other."""
    name = engine.url.database
    return Path(name) if engine.url.get_backend_name() == "sqlite" and name and not engine.url.query else None


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that writes: in SQLite it holds the write lock from its first statement."""
    with reporting(engine), engine.execution_options(writes=True).begin() as connection:
        yield connection


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that reads one state."""
    with reporting(engine), engine.begin() as connection:
        yield connection


@contextmanager
def reporting(engine: sa.Engine) -> Iterator[None]:
    """StoreUnavailable, without the password, for what the database refuses."""
    try:
        yield
    except SQLAlchemyError as error:
        said = str(error.orig if isinstance(error, DBAPIError) else error).strip().splitlines()
        raise StoreUnavailable(
            f"The forecast ledger {engine.url.render_as_string(hide_password=True)} refused",
            evidence=said[0] if said else type(error).__name__,
            way_out="`spx doctor` looks at it; SPX_LEDGER_URL says where it is.",
        ) from error
