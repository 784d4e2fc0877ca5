"""Alembic's environment works on the connection it is given, and leaves others' tables alone."""

from __future__ import annotations

import sqlalchemy as sa

from spx_assets.store import ledger_database
from spx_assets.store.ledger import Ledger
from spx_assets.store.ledger_schema import TABLE, VERSION_TABLE


def test_the_ledger_shares_a_database_with_other_tables_of_alembic(ledger_url: str) -> None:
    """A version table of another program, such as Dagster's, is neither read nor written."""
    engine = ledger_database.engine(ledger_url)
    with ledger_database.writing(engine) as connection:
        connection.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(sa.text("INSERT INTO alembic_version VALUES ('theirs')"))

    Ledger(ledger_url)

    with ledger_database.reading(engine) as connection:
        assert connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars().all() == ["theirs"]
    assert {TABLE, VERSION_TABLE} < set(sa.inspect(engine).get_table_names())
