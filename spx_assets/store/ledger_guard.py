"""Whether the ledger's database still rejects what it should, and is sound: examined, never mended.

Triggers are compared by what they say, not by their names: one that was weakened is found as one that is missing is.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from spx_assets.store.ledger_schema import TABLE, TOLERANCE_MINUTES

FEW = 5
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
    rows = garbage(connection)
    named = [f"row {number}: {reason}" for number, reason in list(rows.items())[:FEW]]
    return [*_of_database(connection), *named, *back_dated(connection, rows)]


def trigger_faults(connection: sa.Connection) -> list[str]:
    """Each trigger of the ledger that is missing, was changed, or is not known."""
    if connection.dialect.name == "sqlite":
        return _triggers(_read(connection, _SQLITE_TRIGGERS), _sqlite_parts())
    return _triggers(_read(connection, _POSTGRESQL_TRIGGERS), _postgresql_parts())


def _of_database(connection: sa.Connection) -> list[str]:
    if connection.dialect.name != "sqlite":
        found = connection.execute(sa.text(_POSTGRESQL_CONSTRAINTS), {"table": TABLE}).scalars()
        return [*trigger_faults(connection), *_constraints(set(found))]
    table = str(connection.execute(sa.text(_SQLITE_TABLE), {"table": TABLE}).scalar())
    said = [str(line) for line in connection.execute(sa.text("PRAGMA integrity_check(3)")).scalars()]
    return [
        *trigger_faults(connection),
        *_constraints({f"{TABLE}_{name}" for name in CONSTRAINTS if f"CONSTRAINT {TABLE}_{name} " in table}),
        *(line for line in said if line != "ok"),
    ]


def garbage(connection: sa.Connection) -> dict[int, str]:
    """The rows that are no forecasts, by their number: which columns cannot be, and what they hold."""
    raw = connection.exec_driver_sql(f"SELECT * FROM {TABLE} ORDER BY id").mappings()  # noqa: S608  # a constant
    return {int(values["id"]): reason for values in raw if (reason := _reason({**values}))}


def back_dated(connection: sa.Connection, except_rows: Collection[int]) -> list[str]:
    """The rows that say they were made before rows that were in the ledger already; the first few."""
    query = f"SELECT id, made_at FROM {TABLE} ORDER BY id"  # noqa: S608  # a constant
    tolerance = timedelta(minutes=TOLERANCE_MINUTES)
    newest, found = datetime(1, 1, 2, tzinfo=UTC), []
    for number, made in connection.exec_driver_sql(query).tuples():
        if number not in except_rows:
            at = _instant(made)
            if at < newest - tolerance:
                found.append(
                    f"row {number}: made_at {at:%Y-%m-%d %H:%M} is earlier than {newest:%Y-%m-%d %H:%M} before it"
                )
            newest = max(newest, at)
    return found[:FEW]


def _reason(values: Mapping[str, Any]) -> str:
    """Why a row is no forecast; empty when it is one."""
    broken = sorted(name for name, read in _READERS.items() if not _reads(read, values[name]))
    if broken:
        return ", ".join(f"{name} {str(values[name])[:40]!r}" for name in broken)
    made_at = _instant(values["made_at"])
    if made_at.date() < date.fromisoformat(str(values["origin"])):
        return f"made_at {values['made_at']} is before its origin {values['origin']}"
    if made_at > datetime.now(UTC) + timedelta(days=1):
        return f"made_at {values['made_at']} has not come yet"
    return ""


def trigger_texts(dialect: str) -> tuple[str, ...]:
    """The statements that make the ledger's triggers, and the functions they call, in their order."""
    from spx_assets.store.migrations.versions import forecasts_0001, forecasts_0002  # noqa: PLC0415  # import Alembic

    return forecasts_0001.TRIGGERS[dialect] + forecasts_0002.TRIGGERS[dialect]


def _number(value: Any) -> None:
    if isinstance(value, str | bytes) or not math.isfinite(value):
        raise ValueError("no number")


def _intervals(value: Any) -> None:
    for level, (lower, upper) in json.loads(value).items():
        _number(float(level))
        for bound in (lower, upper):
            if bound is not None:
                _number(bound)


def _instant(value: Any) -> datetime:
    read = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)


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
    return {_plain(text).split()[2]: (_plain(text),) for text in trigger_texts("sqlite")}


def _postgresql_parts() -> dict[str, tuple[str, ...]]:
    """By trigger what its definition, which PostgreSQL writes in its own words, must contain."""
    from spx_assets.store.migrations.versions import forecasts_0001 as made  # noqa: PLC0415  # imports Alembic
    from spx_assets.store.migrations.versions import forecasts_0002 as sound  # noqa: PLC0415

    function = (f"execute function {TABLE}_refuse()", f"raise exception '{made.REFUSED}'")
    unchanged = tuple(f"new.{name} is distinct from old.{name}" for name in made.FIXED)
    return {
        f"{TABLE}_delete": ("before delete or truncate", *function),
        f"{TABLE}_update": ("before update on", "for each row", "old.realised is null", *unchanged, *function),
        f"{TABLE}_insert": ("before insert", "for each row", "new.realised is not null", *function),
        f"{TABLE}_order": (
            "before insert on ",
            f"for each row execute function {TABLE}_sound()",
            _plain(sound.POSTGRESQL_SOUND.split("$$")[1]),
        ),
    }


def _plain(text: str) -> str:
    """One spelling of white space, case and the schema's name, so that only meaning is compared."""
    return " ".join(text.lower().split())
