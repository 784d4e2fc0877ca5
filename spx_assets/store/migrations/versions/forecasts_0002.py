"""What the database rejects in a new row: text where numbers belong, dates that are none, and a back-dated `made_at`.

Triggers, so that a ledger that exists is not rewritten: its rows stay as they are, whatever they hold. A row that
breaks these rules is named by `spx doctor`, and moved to the table of quarantined rows only by `--repair`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from spx_assets.errors import UsageError

revision = "0002"
down_revision = "0001"

TABLE = "forecast_ledger"
QUARANTINE = "quarantined_forecasts"
# Clocks of several writers differ by less; whoever would date a forecast back wins nothing by it.
TOLERANCE_MINUTES = 10
NO_FORECAST = "the forecast ledger takes only numbers, dates and instants, each in its form"
BACK_DATED = "a forecast is not made before its origin, nor before the forecasts that are in the ledger"

# The row that is there stays as it is, so what a repeated one holds does not matter.
_NEW = f"""NOT EXISTS (
  SELECT 1 FROM {TABLE}
  WHERE origin = NEW.origin AND horizon = NEW.horizon AND model_version = NEW.model_version
)"""  # noqa: S608  # nothing in it comes from outside


def _sqlite_instant(name: str) -> str:
    """Whether a column is an instant as SQLAlchemy writes it: seconds, and a fraction or none."""
    seconds, fraction = f"substr(NEW.{name}, 1, 19)", f"substr(NEW.{name}, 20)"
    return (
        f"typeof(NEW.{name}) = 'text' AND strftime('%Y-%m-%d %H:%M:%S', {seconds}, '+0 days') IS {seconds} AND "
        f"({fraction} = '' OR ({fraction} GLOB '.[0-9]*' AND NOT substr({fraction}, 2) GLOB '*[^0-9]*'))"
    )


_SQLITE_INTERVALS = """CASE
  WHEN typeof(NEW.intervals) <> 'text' OR NOT json_valid(NEW.intervals) THEN 0
  WHEN json_type(NEW.intervals) <> 'object' THEN 0
  ELSE NOT EXISTS (
    SELECT 1 FROM json_each(NEW.intervals) AS level
    WHERE NOT level.key GLOB '0.[0-9]*' OR substr(level.key, 3) GLOB '*[^0-9]*' OR level.type <> 'array'
      OR json_array_length(NEW.intervals, level.fullkey) <> 2
      OR EXISTS (SELECT 1 FROM json_each(level.value) WHERE type NOT IN ('real', 'integer', 'null'))
  ) END"""
_SQLITE_FORM = " AND ".join(
    (
        "typeof(NEW.horizon) = 'integer'",
        *(f"typeof(NEW.{name}) IN ('real', 'integer')" for name in ("forecast", "benchmark")),
        *(f"typeof(NEW.{name}) = 'text'" for name in ("model", "model_version", "data_version")),
        *(f"date(NEW.{name}, '+0 days') IS NEW.{name}" for name in ("origin", "target_session")),
        f"({_sqlite_instant('made_at')})",
        f"({_SQLITE_INTERVALS})",
    )
)
SQLITE_FORM = f"""
CREATE TRIGGER {TABLE}_form BEFORE INSERT ON {TABLE} WHEN NOT ({_SQLITE_FORM})
BEGIN SELECT RAISE(ABORT, '{NO_FORECAST}'); END"""
SQLITE_FORM_OF_OUTCOME = f"""
CREATE TRIGGER {TABLE}_form_of_outcome BEFORE UPDATE ON {TABLE}
WHEN (NEW.realised IS NOT NULL AND typeof(NEW.realised) NOT IN ('real', 'integer'))
  OR (NEW.realised_at IS NOT NULL AND NOT ({_sqlite_instant("realised_at")}))
BEGIN SELECT RAISE(ABORT, '{NO_FORECAST}'); END"""
SQLITE_ORDER = f"""
CREATE TRIGGER {TABLE}_order BEFORE INSERT ON {TABLE}
WHEN {_NEW} AND (
  date(NEW.made_at) < NEW.origin
  OR julianday(NEW.made_at) < (SELECT julianday(max(made_at)) FROM {TABLE}) - {TOLERANCE_MINUTES} / 1440.0
)
BEGIN SELECT RAISE(ABORT, '{BACK_DATED}'); END"""  # noqa: S608  # nothing in it comes from outside

POSTGRESQL_SOUND = f"""
CREATE FUNCTION {TABLE}_sound() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE level record;
BEGIN
  IF jsonb_typeof(NEW.intervals::jsonb) <> 'object' THEN RAISE EXCEPTION '{NO_FORECAST}'; END IF;
  FOR level IN SELECT key, value FROM jsonb_each(NEW.intervals::jsonb) LOOP
    IF level.key !~ '^0\\.[0-9]+$' OR jsonb_typeof(level.value) <> 'array' THEN RAISE EXCEPTION '{NO_FORECAST}'; END IF;
    IF jsonb_array_length(level.value) <> 2 OR EXISTS (
      SELECT 1 FROM jsonb_array_elements(level.value) AS bound WHERE jsonb_typeof(bound) NOT IN ('number', 'null')
    ) THEN RAISE EXCEPTION '{NO_FORECAST}'; END IF;
  END LOOP;
  IF {_NEW} AND (
    (NEW.made_at AT TIME ZONE 'UTC')::date < NEW.origin OR NOT isfinite(NEW.made_at)
    OR NEW.made_at < (SELECT max(made_at) FROM {TABLE}) - interval '{TOLERANCE_MINUTES} minutes'
  ) THEN RAISE EXCEPTION '{BACK_DATED}'; END IF;
  RETURN NEW;
END $$"""  # noqa: S608  # nothing in it comes from outside
POSTGRESQL_ORDER = f"""
CREATE TRIGGER {TABLE}_order BEFORE INSERT ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {TABLE}_sound()"""

TRIGGERS = {
    "sqlite": (SQLITE_FORM, SQLITE_FORM_OF_OUTCOME, SQLITE_ORDER),
    "postgresql": (POSTGRESQL_SOUND, POSTGRESQL_ORDER),
}


def upgrade() -> None:
    """Make the triggers, an index for the newest `made_at`, and the table that quarantined rows are moved to."""
    op.create_table(
        QUARANTINE,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("row_id", sa.Integer, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("quarantined_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(f"{TABLE}_made_at", TABLE, ["made_at"])
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        # Past SQLAlchemy's parameters, which a colon in JSON or in a cast would be taken for.
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Rejected: a ledger's rules are not weakened."""
    raise UsageError("The rules of a ledger are not taken away", evidence=BACK_DATED, way_out="Keep the database.")
