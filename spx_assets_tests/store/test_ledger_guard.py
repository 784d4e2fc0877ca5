"""A ledger whose database was weakened or damaged is found out."""

from __future__ import annotations

from pathlib import Path

import pytest

from spx_assets.errors import ArtifactCorrupt, SpxError
from spx_assets.store import ledger_database
from spx_assets.store.ledger import Ledger
from spx_assets_tests.store.ledger_entries import entry


def test_a_ledger_as_made_has_no_problem(ledger_url: str) -> None:
    """Every guard stands."""
    Ledger(ledger_url).examine()


@pytest.mark.parametrize("trigger", ["delete", "update", "insert"])
def test_a_trigger_that_was_dropped_is_missed(trigger: str, ledger_url: str) -> None:
    """By name."""
    ledger = Ledger(ledger_url)
    of_table = "" if ledger_url.startswith("sqlite") else " ON forecast_ledger"
    with ledger_database.writing(ledger_database.engine(ledger_url)) as connection:
        connection.exec_driver_sql(f"DROP TRIGGER forecast_ledger_{trigger}{of_table}")

    with pytest.raises(ArtifactCorrupt, match=f"forecast_ledger_{trigger} is missing"):
        ledger.examine()


def test_a_trigger_that_was_disabled_is_missed(postgres_schema: str) -> None:
    """PostgreSQL's owner may switch it off; it does not go unseen."""
    ledger = Ledger(postgres_schema)
    with ledger_database.writing(ledger_database.engine(postgres_schema)) as connection:
        connection.exec_driver_sql("ALTER TABLE forecast_ledger DISABLE TRIGGER ALL")

    with pytest.raises(ArtifactCorrupt, match="disabled"):
        ledger.examine()


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    """Zeros where rows were."""
    file = tmp_path / "ledger.db"
    ledger = Ledger(f"sqlite:///{file}")
    ledger.append([entry(session) for session in range(500)])
    data = bytearray(file.read_bytes())
    data[8192:20480] = bytes(12288)
    file.write_bytes(bytes(data))

    with pytest.raises(SpxError):
        ledger.examine()
