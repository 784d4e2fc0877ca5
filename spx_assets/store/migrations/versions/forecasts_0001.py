"""The table of forecasts, and what the database refuses to change in it.

One row per (origin, horizon, model version). The only update let through turns a missing outcome into one, and
nothing is ever deleted, not even by SQLite's `INSERT OR REPLACE`, whose deletions fire no trigger.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from spx_assets.errors import UsageError

revision = "0001"
down_revision = None

TABLE = "forecast_ledger"
FIXED = (
    "id",
    "origin",
    "target_session",
    "horizon",
    "model",
    "model_version",
    "data_version",
    "forecast",
    "benchmark",
    "intervals",
    "made_at",
)
REFUSED = "the forecast ledger is append-only: an outcome is filled once, nothing else changes"
FILLS = "OLD.realised IS NULL AND NEW.realised IS NOT NULL"

SQLITE_DELETE = f"""
CREATE TRIGGER {TABLE}_delete BEFORE DELETE ON {TABLE}
BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"""
SQLITE_UPDATE = f"""
CREATE TRIGGER {TABLE}_update BEFORE UPDATE ON {TABLE}
WHEN NOT ({FILLS} AND {" AND ".join(f"NEW.{name} IS OLD.{name}" for name in FIXED)})
BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"""
SQLITE_INSERT = f"""
CREATE TRIGGER {TABLE}_insert BEFORE INSERT ON {TABLE} WHEN NEW.realised IS NOT NULL
BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"""
# Before any conflict is resolved: a row that is there is not replaced, whatever the statement asks for.
SQLITE_REPLACE = f"""
CREATE TRIGGER {TABLE}_replace BEFORE INSERT ON {TABLE}
WHEN EXISTS (
  SELECT 1 FROM {TABLE} WHERE id = NEW.id
  OR (origin = NEW.origin AND horizon = NEW.horizon AND model_version = NEW.model_version)
)
BEGIN SELECT RAISE(IGNORE); END"""  # noqa: S608  # nothing in it comes from outside

POSTGRESQL_REFUSE = f"""
CREATE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"""
POSTGRESQL_DELETE = f"""
CREATE TRIGGER {TABLE}_delete BEFORE DELETE OR TRUNCATE ON {TABLE}
FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_refuse()"""
POSTGRESQL_UPDATE = f"""
CREATE TRIGGER {TABLE}_update BEFORE UPDATE ON {TABLE} FOR EACH ROW
WHEN (NOT ({FILLS} AND {" AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in FIXED)}))
EXECUTE FUNCTION {TABLE}_refuse()"""
POSTGRESQL_INSERT = f"""
CREATE TRIGGER {TABLE}_insert BEFORE INSERT ON {TABLE} FOR EACH ROW WHEN (NEW.realised IS NOT NULL)
EXECUTE FUNCTION {TABLE}_refuse()"""

TRIGGERS = {
    "sqlite": (SQLITE_DELETE, SQLITE_UPDATE, SQLITE_INSERT, SQLITE_REPLACE),
    "postgresql": (POSTGRESQL_REFUSE, POSTGRESQL_DELETE, POSTGRESQL_UPDATE, POSTGRESQL_INSERT),
}


def upgrade() -> None:
    """Make the table and its triggers."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        TABLE,
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
        sa.Column("made_at", instant, nullable=False),
        sa.Column("realised", sa.Double),
        sa.Column("realised_at", instant),
        sa.UniqueConstraint("origin", "horizon", "model_version", name=f"{TABLE}_once"),
        sa.CheckConstraint("horizon >= 1 AND target_session > origin", name=f"{TABLE}_ahead"),
        # Also refuses PostgreSQL's NaN, which it holds to be larger than every number.
        sa.CheckConstraint("abs(forecast) < 10 AND abs(benchmark) < 10", name=f"{TABLE}_finite"),
        sa.CheckConstraint("realised IS NULL OR abs(realised) < 10", name=f"{TABLE}_outcome"),
        sa.CheckConstraint("(realised IS NULL) = (realised_at IS NULL)", name=f"{TABLE}_dated"),
    )
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Refused: a ledger is not unmade."""
    raise UsageError("The first table of a ledger is not taken away", evidence=REFUSED, way_out="Keep the database.")
