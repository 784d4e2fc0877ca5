"""Ledger entries for tests, and writers of them in processes of their own.

Run as a module: `ledger_entries URL WRITER FIRST LAST` appends, one transaction each, the forecasts of the sessions
numbered FIRST to LAST − 1, fills each outcome, and prints how many rows were new.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from spx_assets.store.ledger_row import LedgerRow, Outcome

MADE_AT = datetime(2019, 1, 1, 21, tzinfo=UTC)


def entry(session: int = 0, horizon: int = 1, version: str = "0123456789abcdef", **changed: Any) -> LedgerRow:
    """A forecast from the `session`-th day of 2018."""
    origin = date(2018, 1, 1) + timedelta(days=session)
    given: dict[str, Any] = {
        "origin": origin,
        "target_session": origin + timedelta(days=horizon),
        "horizon": horizon,
        "model": "ridge",
        "model_version": version,
        "data_version": "fedcba9876543210",
        "forecast": 0.1 + session / 3000,
        "benchmark": 1 / 3000,
        "made_at": max(MADE_AT, datetime.combine(origin, MADE_AT.timetz())),
        "lower": {0.8: -0.1, 0.9: -1 / 3},
        "upper": {0.8: 0.3, 0.9: None},
    }
    return LedgerRow(**given | changed)


def plant(ledger_url: str, **changed: Any) -> None:
    """Put a row of anything into a ledger as a tamperer would: its triggers dropped, and made again afterwards."""
    from spx_assets.store import ledger_database  # noqa: PLC0415  # SQLAlchemy, for those who plant
    from spx_assets.store.ledger_guard import trigger_texts  # noqa: PLC0415
    from spx_assets.store.ledger_schema import columns  # noqa: PLC0415

    values = {**columns(entry()), "made_at": "2019-01-01 21:00:00.000000", **changed}
    texts = [text for text in trigger_texts("sqlite") if ledger_url.startswith("sqlite")]
    with ledger_database.writing(ledger_database.engine(ledger_url)) as connection:
        for text in texts:
            connection.exec_driver_sql(f"DROP TRIGGER {text.split()[2]}")
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        given = tuple(value.isoformat() if isinstance(value, date) else value for value in values.values())
        connection.exec_driver_sql(f"INSERT INTO forecast_ledger ({names}) VALUES ({marks})", given)
        for text in texts:
            connection.exec_driver_sql(text)


def outcome(session: int = 0, horizon: int = 1, realised: float = 0.01) -> Outcome:
    """What followed it."""
    return Outcome(date(2018, 1, 1) + timedelta(days=session), horizon, realised, MADE_AT + timedelta(days=horizon))


def main(url: str, writer: str, first: str, last: str) -> None:
    """Append and fill, one session at a time; print how many rows were new and how many filled."""
    from spx_assets.store.ledger import Ledger  # noqa: PLC0415  # the tables are made by whoever comes first

    ledger, new, filled = Ledger(url), 0, 0
    for session in range(int(first), int(last)):
        made = (entry(session), entry(session, 5), entry(session, version=f"of {writer}"))
        new += ledger.append(replace(each, made_at=datetime.now(UTC)) for each in made)
        filled += ledger.realise([outcome(session, realised=float(writer) / 100)])
    print(new, filled)  # noqa: T201  # the parent reads it


if __name__ == "__main__":
    main(*sys.argv[1:])
