"""Tables are made once, whole, by one process, and never by an older program than wrote them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from spx_assets.errors import SchemaRefused
from spx_assets.store import ledger_database, ledger_schema
from spx_assets.store.ledger import Ledger
from spx_assets_tests.store.ledger_entries import entry


def test_the_version_known_is_the_last_step() -> None:
    """The constant that spares a look at the steps is theirs."""
    config = Config()
    config.set_main_option("script_location", "spx_assets.store:migrations")

    assert ScriptDirectory.from_config(config).get_current_head() == ledger_schema.HEAD


def test_many_that_open_a_new_ledger_at_once_make_it_once(ledger_url: str) -> None:
    """All of them write afterwards, and nothing is lost."""
    with ThreadPoolExecutor(8) as pool:
        news = list(pool.map(lambda session: Ledger(ledger_url).append([entry(session)]), range(8)))

    assert news == [1] * 8
    assert Ledger(ledger_url).counts() == (8, 0)


def test_a_step_that_fails_leaves_nothing_behind(ledger_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next opening makes the tables as if there had been none."""
    upgrade = command.upgrade

    def interrupted(*given: Any) -> None:
        upgrade(*given)
        raise ZeroDivisionError

    monkeypatch.setattr(command, "upgrade", interrupted)
    with pytest.raises(ZeroDivisionError):
        Ledger(ledger_url)
    monkeypatch.undo()

    assert sa.inspect(ledger_database.engine(ledger_url)).get_table_names() == []
    assert Ledger(ledger_url).append([entry()]) == 1


def test_a_ledger_of_a_later_program_is_refused(ledger_url: str) -> None:
    """Nothing is guessed about tables this code does not know."""
    Ledger(ledger_url)
    with ledger_database.writing(ledger_database.engine(ledger_url)) as connection:
        connection.execute(sa.text(f"UPDATE {ledger_schema.VERSION_TABLE} SET version_num = '9999'"))

    with pytest.raises(SchemaRefused, match="later version"):
        Ledger(ledger_url)
