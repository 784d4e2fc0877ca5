"""The table as the code sees it is the table that the migrations make."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from spx_assets.store import ledger_database, ledger_schema
from spx_assets.store.ledger import Ledger
from spx_assets_tests.store.ledger_entries import entry


def test_the_migrations_make_this_table(ledger_url: str) -> None:
    """Alembic, comparing, finds nothing to change."""
    Ledger(ledger_url)
    with ledger_database.reading(ledger_database.engine(ledger_url)) as connection:
        compared = MigrationContext.configure(connection, opts={"version_table": ledger_schema.VERSION_TABLE})

        assert compare_metadata(compared, ledger_schema.metadata) == []


def test_a_row_comes_back_from_its_columns() -> None:
    """Every number to the bit, missing bounds included."""
    columns = ledger_schema.columns(entry()) | {"id": 1, "realised": None, "realised_at": None}

    assert entry() == ledger_schema.row(columns)


def test_an_instant_of_any_zone_comes_back_in_utc() -> None:
    """SQLite forgets zones; the column does not."""
    column, dialect = ledger_schema.UtcInstant(), sa.create_engine("sqlite://").dialect
    there = datetime(2024, 1, 2, 16, tzinfo=timezone(timedelta(hours=-5)))

    stored = column.process_bind_param(there, dialect)
    assert stored is not None
    back = column.process_result_value(stored.replace(tzinfo=None), dialect)

    assert there == back
    assert back is not None
    assert back.tzinfo is UTC
