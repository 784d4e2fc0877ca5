"""The forecast ledger: every forecast made, appended once, and the return that followed, filled once.

Promise: one row per (origin, horizon, model version), whoever writes it and however many write at once; the
database itself refuses every other change. What a row means is in `ledger_row`, how it is kept in `ledger_schema`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from spx_assets.errors import ArtifactCorrupt, UsageError
from spx_assets.store import ledger_database
from spx_assets.store.ledger_guard import FEW, garbage, problems
from spx_assets.store.ledger_migration import bring_up_to_date
from spx_assets.store.ledger_repair import repair
from spx_assets.store.ledger_row import LedgerRow, Outcome, Pending, Quarantined
from spx_assets.store.ledger_schema import columns, forecasts, quarantined, row

# The two spell it alike, and share no class that has it.
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
# SQLite takes 32,766 parameters in a statement; a row has ten.
CHUNK = 1000


class Ledger:
    """The ledger in a database, its tables made or migrated when it is opened; holds no connection between calls.

    Any method raises StoreUnavailable for what the database refuses.
    """

    def __init__(self, url: str) -> None:
        self._engine = ledger_database.engine(url)
        bring_up_to_date(self._engine)

    @property
    def address(self) -> str:
        """Where the ledger is, without a password."""
        return self._engine.url.render_as_string(hide_password=True)

    def append(self, entries: Iterable[LedgerRow]) -> int:
        """Add the forecasts that are not there yet; how many are new. An entry that is there stays as it was."""
        given = list(entries)
        for entry in given:
            _refuse_unfinished(entry)
        given.sort(key=lambda entry: (entry.made_at, entry.key))
        # By time, as the database demands, then by key, so that two writers never wait for each other crosswise.
        values = [columns(entry) for entry in given]
        insert = _INSERT[self._engine.url.get_backend_name()]
        new = 0
        with ledger_database.writing(self._engine) as connection:
            for start in range(0, len(values), CHUNK):
                statement = insert(forecasts).values(values[start : start + CHUNK]).on_conflict_do_nothing()
                new += len(connection.execute(statement.returning(forecasts.c.id)).all())
        return new

    def realise(self, outcomes: Iterable[Outcome]) -> int:
        """Fill the returns that are still missing; how many rows were filled. What is filled stays as it is."""
        filled = 0
        with ledger_database.writing(self._engine) as connection:
            for outcome in outcomes:
                _refuse_not_finite("A realised return", outcome.realised)
                spans = (forecasts.c.origin == outcome.origin) & (forecasts.c.horizon == outcome.horizon)
                found = connection.execute(
                    sa.update(forecasts)
                    .where(spans & forecasts.c.realised.is_(None))
                    .values(realised=outcome.realised, realised_at=outcome.realised_at)
                )
                filled += found.rowcount
        return filled

    def pending(self) -> list[Pending]:
        """The spans whose return is missing, by target session, each once."""
        of = forecasts.c
        query = sa.select(of.origin, of.target_session, of.horizon).where(of.realised.is_(None)).distinct()
        with ledger_database.reading(self._engine) as connection:
            found = connection.execute(query.order_by(of.target_session, of.origin)).all()
        return [Pending(*span) for span in found]

    def rows(self, horizon: int | None = None, limit: int | None = None) -> list[LedgerRow]:
        """The rows by origin, horizon and time of writing: of one horizon or all, the newest `limit` or all."""
        of = forecasts.c
        query = sa.select(forecasts).order_by(of.origin.desc(), of.horizon.desc(), of.id.desc())
        if horizon is not None:
            query = query.where(of.horizon == horizon)
        with ledger_database.reading(self._engine) as connection:
            try:
                found = connection.execute(query.limit(limit)).mappings().all()
            except (ValueError, TypeError):
                raise self._garbage(connection) from None
            try:
                return [row(dict(values)) for values in reversed(found)]
            except (ValueError, TypeError, KeyError, AttributeError):
                raise self._garbage(connection) from None

    def _garbage(self, connection: sa.Connection) -> ArtifactCorrupt:
        """The error that names the rows which cannot be read as forecasts."""
        return ArtifactCorrupt(
            f"The forecast ledger {self.address} holds what is no forecast",
            evidence="; ".join(f"row {number}: {reason}" for number, reason in list(garbage(connection).items())[:FEW])
            or "a row that cannot be read",
            way_out="`spx doctor --repair` moves it to the table quarantined_forecasts, so that runs go on.",
        )

    def counts(self) -> tuple[int, int]:
        """How many forecasts there are, and of how many the return is known."""
        query = sa.select(sa.func.count(), sa.func.count(forecasts.c.realised))
        with ledger_database.reading(self._engine) as connection:
            made, realised = connection.execute(query).one()
        return int(made), int(realised)

    def examine(self) -> None:
        """ArtifactCorrupt when the database is damaged, or no longer refuses what it should."""
        with ledger_database.reading(self._engine) as connection:
            found = problems(connection)
        if found:
            raise ArtifactCorrupt(
                f"The forecast ledger {self.address} cannot be trusted",
                evidence="; ".join(found),
                way_out="`spx doctor --repair` makes its triggers again and moves what is no forecast to "
                "quarantined_forecasts; what else was changed only a backup gives back.",
            )

    def repair(self) -> list[str]:
        """Move rows that are no forecasts into quarantine and make the triggers again; what was done, in words."""
        with ledger_database.writing(self._engine) as connection:
            return repair(connection)

    def quarantined(self) -> list[Quarantined]:
        """The rows that were moved out of the ledger, in that order."""
        with ledger_database.reading(self._engine) as connection:
            found = connection.execute(sa.select(quarantined).order_by(quarantined.c.id)).mappings().all()
        return [Quarantined(each["row_id"], each["content"], each["reason"], each["quarantined_at"]) for each in found]


def _refuse_unfinished(entry: LedgerRow) -> None:
    if entry.realised is not None or entry.realised_at is not None:
        raise UsageError("A forecast enters the ledger without its outcome", way_out="Fill it with `realise`.")
    _refuse_not_finite("A forecast", entry.forecast)
    _refuse_not_finite("A benchmark", entry.benchmark)
    if entry.made_at.tzinfo is None:
        raise UsageError("A forecast's time has no zone", evidence=entry.made_at.isoformat(), way_out="Give UTC.")


def _refuse_not_finite(what: str, value: float) -> None:
    if not math.isfinite(value):
        raise UsageError(f"{what} is not a finite number", evidence=repr(value))
