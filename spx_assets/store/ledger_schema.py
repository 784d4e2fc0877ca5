"""The ledger's table as SQLAlchemy sees it, and the columns that do not come back as they went in.

How the table came to be, and what the database refuses to change in it, is in `migrations`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from spx_assets.store.ledger_row import LedgerRow

TABLE = "forecast_ledger"
# Names of its own, so that the ledger can share a database with Dagster's tables and their Alembic version.
VERSION_TABLE = "forecast_ledger_version"
HEAD = "0002"
# What the clocks of several writers may differ by; a forecast dated back further is rejected (forecasts_0002).
TOLERANCE_MINUTES = 10


class UtcInstant(sa.types.TypeDecorator[datetime]):
    """An instant with its zone: SQLite, which has none, keeps the UTC wall clock."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """In UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """In UTC, and saying so."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = sa.MetaData()
forecasts = sa.Table(
    TABLE,
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("origin", sa.Date, nullable=False),
    sa.Column("target_session", sa.Date, nullable=False),
    sa.Column("horizon", sa.Integer, nullable=False),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("model_version", sa.Text, nullable=False),
    sa.Column("data_version", sa.Text, nullable=False),
    sa.Column("forecast", sa.Double, nullable=False),
    sa.Column("benchmark", sa.Double, nullable=False),
    sa.Column("intervals", sa.Text, nullable=False),
    sa.Column("made_at", UtcInstant, nullable=False),
    sa.Column("realised", sa.Double),
    sa.Column("realised_at", UtcInstant),
    sa.UniqueConstraint("origin", "horizon", "model_version", name=f"{TABLE}_once"),
    sa.Index(f"{TABLE}_made_at", "made_at"),
)

# What was moved out of the ledger because it is no forecast, with every column as it was, and why.
quarantined = sa.Table(
    "quarantined_forecasts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("row_id", sa.Integer, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("quarantined_at", UtcInstant, nullable=False),
)


def columns(row: LedgerRow) -> dict[str, Any]:
    """The column values of a new row."""
    return {
        "origin": row.origin,
        "target_session": row.target_session,
        "horizon": row.horizon,
        "model": row.model,
        "model_version": row.model_version,
        "data_version": row.data_version,
        "forecast": row.forecast,
        "benchmark": row.benchmark,
        "intervals": json.dumps({str(level): [row.lower[level], row.upper[level]] for level in sorted(row.lower)}),
        "made_at": row.made_at,
    }


def row(values: Mapping[str, Any]) -> LedgerRow:
    """The row of a table's column values."""
    bounds = {float(level): pair for level, pair in json.loads(values["intervals"]).items()}
    plain = {name: value for name, value in values.items() if name not in {"id", "intervals"}}
    return LedgerRow(
        **plain,
        lower={level: lower for level, (lower, _) in bounds.items()},
        upper={level: upper for level, (_, upper) in bounds.items()},
    )
