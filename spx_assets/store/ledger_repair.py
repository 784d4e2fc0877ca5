"""What can be mended in a ledger: rows that are no forecasts are moved out of it, and its triggers are made again.

Promise: one transaction; a row is moved with every column as it was, the reason and the time, and none is deleted.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

import sqlalchemy as sa

from spx_assets.store.ledger_guard import garbage, trigger_faults, trigger_texts
from spx_assets.store.ledger_schema import TABLE, quarantined

_DROP = {"sqlite": "DROP TRIGGER IF EXISTS {name}", "postgresql": f"DROP TRIGGER IF EXISTS {{name}} ON {TABLE}"}


def repair(connection: sa.Connection) -> list[str]:
    """Move every row that is no forecast to the table `quarantined_forecasts`; what was done, in words."""
    faults, rows = trigger_faults(connection), garbage(connection)
    if not faults and not rows:
        return []
    _drop_triggers(connection)
    for number, reason in rows.items():
        _move(connection, number, reason)
    for text in trigger_texts(connection.dialect.name):
        connection.exec_driver_sql(text.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
    moved = [f"ledger row {number} was moved to {quarantined.name}: {reason}" for number, reason in rows.items()]
    return [*moved, *(f"the ledger's triggers were made again: {fault}" for fault in faults)]


def _drop_triggers(connection: sa.Connection) -> None:
    """Ours only, which would keep the rows where they are; one that nobody knows stays, and stays named."""
    for text in trigger_texts(connection.dialect.name):
        kind, name = text.split()[1:3]
        if kind == "TRIGGER":
            connection.exec_driver_sql(_DROP[connection.dialect.name].format(name=name))


def _move(connection: sa.Connection, number: int, reason: str) -> None:
    row = sa.text(f"SELECT * FROM {TABLE} WHERE id = :number")  # noqa: S608  # a constant
    content = dict(connection.execute(row, {"number": number}).mappings().one())
    connection.execute(
        sa.insert(quarantined).values(
            row_id=number,
            content=json.dumps(content, default=str),
            reason=reason,
            quarantined_at=datetime.now(UTC),
        )
    )
    connection.execute(sa.text(f"DELETE FROM {TABLE} WHERE id = :number"), {"number": number})  # noqa: S608
