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


@pytest.mark.parametrize("trigger", ["delete", "update", "insert", "order"])
def test_a_trigger_that_was_dropped_is_missed(trigger: str, ledger_url: str) -> None:
    """By name."""
    ledger = Ledger(ledger_url)
    of_table = "" if ledger_url.startswith("sqlite") else " ON forecast_ledger"
    with ledger_database.writing(ledger_database.engine(ledger_url)) as connection:
        connection.exec_driver_sql(f"DROP TRIGGER forecast_ledger_{trigger}{of_table}")

    with pytest.raises(ArtifactCorrupt, match=f"forecast_ledger_{trigger} is missing"):
        ledger.examine()


@pytest.mark.parametrize("trigger", ["delete", "update", "insert", "replace", "form", "form_of_outcome", "order"])
def test_a_weakened_trigger_is_found(trigger: str, tmp_path: Path) -> None:
    """One of the same name that lets something through is as bad as none; so is one that nobody expects."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    ledger = Ledger(url)
    with ledger_database.writing(ledger_database.engine(url)) as connection:
        name = f"forecast_ledger_{trigger}"
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
        event = {"delete": "DELETE", "update": "UPDATE", "form_of_outcome": "UPDATE"}.get(trigger, "INSERT")
        connection.exec_driver_sql(
            f"CREATE TRIGGER {name} BEFORE {event} ON forecast_ledger WHEN 0 BEGIN SELECT RAISE(ABORT, 'never'); END"
        )
        connection.exec_driver_sql("CREATE TRIGGER odd AFTER INSERT ON forecast_ledger BEGIN SELECT 1; END")

    with pytest.raises(ArtifactCorrupt, match=f"{name} was changed") as caught:
        ledger.examine()

    assert "unknown trigger odd" in caught.value.evidence


def test_a_weakened_trigger_is_found_in_postgresql(postgres_schema: str) -> None:
    """By its condition and by what its function does."""
    ledger = Ledger(postgres_schema)
    with ledger_database.writing(ledger_database.engine(postgres_schema)) as connection:
        connection.exec_driver_sql("DROP TRIGGER forecast_ledger_update ON forecast_ledger")
        connection.exec_driver_sql(
            "CREATE TRIGGER forecast_ledger_update BEFORE UPDATE ON forecast_ledger FOR EACH ROW "
            "WHEN (NEW.id IS DISTINCT FROM OLD.id) EXECUTE FUNCTION forecast_ledger_refuse()"
        )
        connection.exec_driver_sql("ALTER TABLE forecast_ledger DROP CONSTRAINT forecast_ledger_finite")

    with pytest.raises(ArtifactCorrupt, match="forecast_ledger_update was changed") as caught:
        ledger.examine()

    assert "constraint forecast_ledger_finite is missing" in caught.value.evidence


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
