"""Opening the ledger's database, and its refusals."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from spx_assets.errors import SettingsError, StoreUnavailable
from spx_assets.store import ledger_database


@pytest.mark.parametrize(
    ("url", "evidence"),
    [
        ("no address", "not an address"),
        ("mysql://user:hidden@host/name", "its kind is mysql"),
        ("postgresql+asyncpg://user:hidden@host/name", "asyncpg is not installed"),
    ],
)
def test_another_kind_of_address_is_refused_without_its_password(url: str, evidence: str) -> None:
    """The refusal says what is wrong with the setting, and repeats no secret."""
    with pytest.raises(SettingsError, match=evidence) as refused:
        ledger_database.engine(url)

    assert "hidden" not in str(refused.value)


def test_a_server_that_is_not_there_is_said_without_the_password() -> None:
    """A connection that fails is the database's refusal."""
    pytest.importorskip("psycopg2")
    engine = ledger_database.engine("postgresql://user:hidden@127.0.0.1:1/name")

    with (
        pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1:1/name refused") as refused,
        ledger_database.reading(engine),
    ):
        pytest.fail("there is no such server")
    assert "hidden" not in str(refused.value)


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    """And left as it is."""
    (tmp_path / "ledger.db").write_bytes(b"a letter to a friend, longer than a header " * 9)
    engine = ledger_database.engine(f"sqlite:///{tmp_path / 'ledger.db'}")

    with pytest.raises(StoreUnavailable, match="not a database"), ledger_database.reading(engine):
        pytest.fail("it was opened")


def test_only_a_file_has_a_file(tmp_path: Path) -> None:
    """The path of a SQLite database; none of a database in memory."""
    assert tmp_path / "a" == ledger_database.file_of(ledger_database.engine(f"sqlite:///{tmp_path / 'a'}"))
    assert ledger_database.file_of(ledger_database.engine("sqlite://")) is None


def test_a_failing_transaction_leaves_nothing(tmp_path: Path) -> None:
    """Not even a table: definitions are part of the transaction."""
    engine = ledger_database.engine(f"sqlite:///{tmp_path / 'ledger.db'}")

    def half() -> None:
        with ledger_database.writing(engine) as connection:
            connection.execute(sa.text("CREATE TABLE half (one INTEGER)"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert sa.inspect(engine).get_table_names() == []
