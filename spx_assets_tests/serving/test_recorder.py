"""What is answered is in the ledger, once; what cannot be written down is answered all the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from spx_assets import artifacts
from spx_assets.home import open_ledger, open_store
from spx_assets.serving import recorder
from spx_assets.serving.outlook import FORECAST_ASSET, Outlook, outlook
from spx_assets.serving.recorder import Recorder
from spx_assets.settings import Settings
from spx_assets.store.ledger_row import LedgerRow
from spx_assets_tests.store.ledger_entries import MADE_AT


@pytest.fixture(scope="module")
def answered(ran: tuple[Path, dict[str, Any]]) -> Outlook:
    """The outlook of the home in which everything was run once."""
    return outlook(open_store(Settings.load({}, home=ran[0])).read(FORECAST_ASSET))


def test_an_answer_is_the_row_that_the_pipeline_writes(answered: Outlook, ran: tuple[Path, dict[str, Any]]) -> None:
    """Number for number, so that whoever comes second adds nothing."""
    table = artifacts.table_of(open_store(Settings.load({}, home=ran[0])).read(FORECAST_ASSET))
    records = [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]

    expected = [LedgerRow.of(record, made_at=MADE_AT) for record in records]

    assert expected == [recorder.entry(answered, each, MADE_AT) for each in answered.entries.values()]


def test_many_answers_are_one_entry(answered: Outlook, tmp_path: Path) -> None:
    """One write per version, however often it is answered, and by however many workers."""
    settings = Settings.load({}, home=tmp_path)
    workers = [Recorder(settings, lambda: None) for _ in range(2)]
    for worker in workers * 3:
        worker.answered(answered)
    for worker in workers:
        worker.close()

    assert [1, 5, 21] == [row.horizon for row in open_ledger(settings).rows()]


def test_a_failure_is_counted_and_tried_again(
    answered: Outlook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The answer has gone out by then; the log says why, and a later answer writes it down."""
    (tmp_path / "ledger.db").mkdir()
    failures: list[int] = []
    settings = Settings.load({}, home=tmp_path)
    monkeypatch.setattr(recorder, "RETRY_S", 0.0)
    first = Recorder(settings, lambda: failures.append(1))

    first.answered(answered)
    first._thread.submit(lambda: None).result()
    (tmp_path / "ledger.db").rmdir()
    first.answered(answered)
    first.close()

    assert failures == [1]
    assert f"forecast {answered.version} is not in the ledger" in caplog.text
    assert open_ledger(settings).counts() == (3, 0)


def test_a_document_holds_what_a_row_needs(answered: Outlook) -> None:
    """It is JSON, and nothing was lost on the way."""
    assert json.dumps(recorder.entry(answered, answered.entries[1], MADE_AT).record())
