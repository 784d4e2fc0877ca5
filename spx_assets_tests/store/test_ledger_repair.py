"""A row that is no forecast is moved out of the ledger and kept, and its triggers are made again."""

from __future__ import annotations

from pathlib import Path

import pytest

from spx_assets.errors import ArtifactCorrupt
from spx_assets.store import ledger_database
from spx_assets.store.ledger import Ledger
from spx_assets_tests.store.ledger_entries import entry, plant

GARBAGE: list[tuple[dict[str, object], str]] = [
    ({"forecast": "x"}, "forecast 'x'"),
    ({"benchmark": b"\x00"}, "benchmark"),
    ({"intervals": "no"}, "intervals 'no'"),
    ({"intervals": '{"0.9": ["low", 1]}'}, "intervals"),
    ({"origin": "2018-02-30", "target_session": "2018-03-01"}, "origin"),
    ({"made_at": "never"}, "made_at 'never'"),
    ({"made_at": "2017-12-31 21:00:00"}, "before its origin"),
    ({"made_at": "2999-01-01 21:00:00"}, "has not come yet"),
]


@pytest.mark.parametrize(("changed", "said"), GARBAGE)
def test_a_garbage_row_is_named_and_moved_into_quarantine(
    changed: dict[str, object], said: str, tmp_path: Path
) -> None:
    """One typed error with the row; repaired, it is kept with its reason and time, and the ledger goes on."""
    ledger = Ledger(url := f"sqlite:///{tmp_path / 'ledger.db'}")
    ledger.append([entry(1)])
    plant(url, **changed)

    with pytest.raises(ArtifactCorrupt, match="row 2") as caught:
        ledger.examine()
    done = ledger.repair()

    (moved,) = ledger.quarantined()
    assert said in caught.value.evidence
    assert said in moved.reason
    assert moved.row_id == 2
    assert moved.quarantined_at.year >= 2024
    assert moved.content.startswith('{"id": 2')
    assert [f"ledger row 2 was moved to quarantined_forecasts: {moved.reason}"] == done
    ledger.examine()
    assert ledger.append([entry(2)]) == 1
    assert [entry(1), entry(2)] == ledger.rows()
    assert ledger.repair() == []


def test_dropped_and_weakened_triggers_are_made_again(ledger_url: str) -> None:
    """No row is lost by it."""
    ledger = Ledger(ledger_url)
    ledger.append([entry()])
    of_table = "" if ledger_url.startswith("sqlite") else " ON forecast_ledger"
    with ledger_database.writing(ledger_database.engine(ledger_url)) as connection:
        for name in ("delete", "order"):
            connection.exec_driver_sql(f"DROP TRIGGER forecast_ledger_{name}{of_table}")

    done = ledger.repair()

    assert len(done) == 2
    ledger.examine()
    assert [entry()] == ledger.rows()


def test_rows_dated_back_before_there_was_a_rule_are_named_and_stay(tmp_path: Path) -> None:
    """They can be read, so they are not moved."""
    ledger = Ledger(url := f"sqlite:///{tmp_path / 'ledger.db'}")
    ledger.append([entry(1)])
    plant(url, made_at="2018-06-01 21:00:00.000000")

    assert ledger.repair() == []
    with pytest.raises(ArtifactCorrupt, match="row 2: made_at 2018-06-01 21:00 is earlier"):
        ledger.examine()
    assert len(ledger.rows()) == 2
