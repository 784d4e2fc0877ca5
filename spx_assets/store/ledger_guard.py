"""Whether the ledger's database still refuses what it should, and is sound: looked at, never mended."""

from __future__ import annotations

import sqlalchemy as sa

from spx_assets.store.ledger_schema import TABLE

GUARDS = frozenset(f"{TABLE}_{name}" for name in ("delete", "insert", "update"))
_TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(:table) AND tgenabled IN ('O', 'A')",
}


def problems(connection: sa.Connection) -> list[str]:
    """What is wrong with the ledger behind `connection`, in words; nothing when all is well."""
    kind = connection.dialect.name
    found = set(connection.execute(sa.text(_TRIGGERS[kind]), {"table": TABLE}).scalars())
    missing = [f"the trigger {name} is missing or disabled" for name in sorted(GUARDS - found)]
    if kind != "sqlite":
        return missing
    said = [str(line) for line in connection.execute(sa.text("PRAGMA integrity_check(3)")).scalars()]
    return missing + [line for line in said if line != "ok"]
