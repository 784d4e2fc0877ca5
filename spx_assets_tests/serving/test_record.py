"""`/v1/track-record`: the ledger over HTTP, with the score so far."""

from __future__ import annotations

from datetime import timedelta

import pytest

from spx_assets.home import open_ledger
from spx_assets.serving.record import score
from spx_assets.store.ledger_row import LedgerRow
from spx_assets_tests.serving.asking import application, ask, get
from spx_assets_tests.serving.conftest import Home
from spx_assets_tests.store.ledger_entries import entry, outcome


def _known(session: int, realised: float, **changed: object) -> LedgerRow:
    given = entry(session, **changed)
    return LedgerRow(**{**vars(given), "realised": realised, "realised_at": given.made_at + timedelta(days=1)})


def test_the_score_is_that_of_the_first_forecasts() -> None:
    """R² against the mean, share of right signs, and coverage; a second version of an origin does not count."""
    rows = [
        _known(0, 0.02, forecast=0.01, benchmark=0.0),
        _known(0, 0.02, forecast=0.02, benchmark=0.0, version="second"),
        _known(1, -0.25, forecast=-0.0, benchmark=0.0, lower={0.8: -0.2}, upper={0.8: 0.2}),
        entry(2),
    ]

    found = score(rows)

    assert (2, 1, 1.0) == (found["n"], found["pending"], found["hit_rate"])
    assert found["r2_os"] == pytest.approx(1 - (0.01**2 + 0.25**2) / (0.02**2 + 0.25**2))
    assert found["coverage"] == [
        {"level": 0.8, "n": 2, "coverage": 0.5},
        {"level": 0.9, "n": 0, "coverage": None},
    ]


def test_the_ledger_is_answered_with_its_newest_rows(home: Home) -> None:
    """By horizon, as many as asked for; the score is over all."""
    ledger = open_ledger(home.settings)
    ledger.append([entry(session, horizon) for session in range(3) for horizon in (1, 5)])
    ledger.realise([outcome(0)])

    (everything, one) = ask(
        application(home.settings), get("/v1/track-record"), get("/v1/track-record?horizon=1&limit=2")
    )

    assert [1, 5] == [each["horizon"] for each in everything.json()["scores"]]
    assert [row.record() for row in ledger.rows()] == everything.json()["forecasts"]
    assert [(1, 2)] == [(each["n"], each["pending"]) for each in one.json()["scores"]]
    assert ["2018-01-02", "2018-01-03"] == [each["origin"] for each in one.json()["forecasts"]]


def test_without_a_ledger_there_is_nothing_and_none_is_made(home: Home) -> None:
    """An empty answer; asking writes no file. A ledger that cannot be read is 503."""
    (empty,) = ask(application(home.settings), get("/v1/track-record"))

    assert {"scores": [], "forecasts": []} == empty.json()
    assert not home.settings.ledger_file.exists()
    home.settings.ledger_file.mkdir(parents=True)
    assert ask(application(home.settings), get("/v1/track-record"))[0].status_code == 503


@pytest.mark.parametrize("asked", ["horizon=0", "limit=0", "limit=100000", "horizon=x"])
def test_a_question_that_cannot_be_is_refused(asked: str, home: Home) -> None:
    """422, before the ledger is opened."""
    assert ask(application(home.settings), get(f"/v1/track-record?{asked}"))[0].status_code == 422
