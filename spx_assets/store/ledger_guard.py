"""Whether the ledger's database still rejects what it should, and is sound: examined, never mended.

Triggers are compared by what they say, not by their names: one that was weakened is found as one that is missing is.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from spx_assets.store.ledger_schema import TABLE

CONSTRAINTS = ("ahead", "dated", "finite", "once", "outcome")
_SQLITE_TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"
_POSTGRESQL_TRIGGERS = """
SELECT tgname, pg_get_triggerdef(t.oid) || ' ' || prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid
WHERE tgrelid = to_regclass(:table) AND tgenabled IN ('O', 'A') AND NOT tgisinternal"""
_POSTGRESQL_CONSTRAINTS = """
SELECT conname FROM pg_constraint WHERE conrelid = to_regclass(:table) AND contype IN ('c', 'u') AND convalidated"""
_SQLITE_TABLE = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table"


def problems(connection: sa.Connection) -> list[str]:
    """What is wrong with the ledger behind `connection`, in words; nothing when all is well."""
    if connection.dialect.name != "sqlite":
        return _triggers(_read(connection, _POSTGRESQL_TRIGGERS), _postgresql_parts()) + _constraints(
            set(connection.execute(sa.text(_POSTGRESQL_CONSTRAINTS), {"table": TABLE}).scalars())
        )
    table = str(connection.execute(sa.text(_SQLITE_TABLE), {"table": TABLE}).scalar())
    said = [str(line) for line in connection.execute(sa.text("PRAGMA integrity_check(3)")).scalars()]
    return [
        *_triggers(_read(connection, _SQLITE_TRIGGERS), _sqlite_parts()),
        *_constraints({f"{TABLE}_{name}" for name in CONSTRAINTS if f"CONSTRAINT {TABLE}_{name} " in table}),
        *(line for line in said if line != "ok"),
    ]


def garbage(connection: sa.Connection) -> list[str]:
    """The rows that cannot be read as forecasts, each named by its number; the first few."""
    raw = connection.execute(sa.text(f"SELECT * FROM {TABLE} ORDER BY id")).mappings()  # noqa: S608  # a constant
    found = []
    for values in raw:
        broken = sorted(name for name, read in _READERS.items() if not _reads(read, values[name]))
        if broken:
            found.append(f"row {values['id']}: {', '.join(f'{name} {str(values[name])[:40]!r}' for name in broken)}")
    return found[:5]


def _number(value: Any) -> None:
    if isinstance(value, str | bytes) or not math.isfinite(value):
        raise ValueError("no number")


def _intervals(value: Any) -> None:
    for level, (lower, upper) in json.loads(value).items():
        _number(float(level))
        for bound in (lower, upper):
            if bound is not None:
                _number(bound)


def _instant(value: Any) -> None:
    if not isinstance(value, datetime):
        datetime.fromisoformat(value)


def _reads(read: Callable[[Any], Any], value: Any) -> bool:
    try:
        read(value)
    except (ValueError, TypeError, AttributeError):
        return False
    return True


_READERS: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("forecast", "benchmark", "horizon"), _number),
    **dict.fromkeys(("origin", "target_session"), lambda value: date.fromisoformat(str(value))),
    "made_at": _instant,
    "intervals": _intervals,
}


def _read(connection: sa.Connection, query: str) -> dict[str, str]:
    return {name: _plain(text) for name, text in connection.execute(sa.text(query), {"table": TABLE}).tuples()}


def _triggers(found: Mapping[str, str], expected: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Each expected trigger that is missing, or does not say all that it should, and each that nobody expects."""
    missing = [f"the trigger {name} is missing or disabled" for name in sorted(expected.keys() - found.keys())]
    weak = [
        f"the trigger {name} was changed"
        for name, parts in sorted(expected.items())
        if name in found and not all(part in found[name] for part in parts)
    ]
    return missing + weak + [f"there is an unknown trigger {name}" for name in sorted(found.keys() - expected.keys())]


def _constraints(found: set[str]) -> list[str]:
    names = sorted({f"{TABLE}_{name}" for name in CONSTRAINTS} - found)
    return [f"the constraint {name} is missing" for name in names]


def _sqlite_parts() -> dict[str, tuple[str, ...]]:
    """By trigger its whole text, which SQLite keeps as it was given."""
    from spx_assets.store.migrations.versions import forecasts_0001 as made  # noqa: PLC0415  # imports Alembic

    return {_plain(text).split()[2]: (_plain(text),) for text in made.TRIGGERS["sqlite"]}


def _postgresql_parts() -> dict[str, tuple[str, ...]]:
    """By trigger what its definition, which PostgreSQL writes in its own words, must contain."""
    from spx_assets.store.migrations.versions import forecasts_0001 as made  # noqa: PLC0415  # imports Alembic

    function = (f"execute function {TABLE}_refuse()", f"raise exception '{made.REFUSED}'")
    unchanged = tuple(f"new.{name} is distinct from old.{name}" for name in made.FIXED)
    return {
        f"{TABLE}_delete": ("before delete or truncate", *function),
        f"{TABLE}_update": ("before update on", "for each row", "old.realised is null", *unchanged, *function),
        f"{TABLE}_insert": ("before insert", "for each row", "new.realised is not null", *function),
    }


def _plain(text: str) -> str:
    """One spelling of white space, case and the schema's name, so that only meaning is compared."""
    return " ".join(text.lower().split())
