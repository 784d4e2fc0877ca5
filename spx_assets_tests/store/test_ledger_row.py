"""A ledger row as a value: from a forecast's record, and as one."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd

from spx_assets.store.ledger_row import LedgerRow
from spx_assets_tests.store.ledger_entries import MADE_AT, entry

RECORD = {
    "origin": pd.Timestamp("2018-12-31"),
    "target_session": pd.Timestamp("2019-01-02"),
    "horizon": 1,
    "model": "ols",
    "model_version": "m",
    "data_version": "d",
    "forecast": 0.25,
    "benchmark": 0.125,
    "skill": False,
    "statement": "no skill",
    "lower_97.5": -0.5,
    "upper_97.5": float("nan"),
}


def test_a_forecast_becomes_a_row() -> None:
    """Dates are dates, bounds go by their level, a bound that is not known is None, other columns stay out."""
    row = LedgerRow.of(RECORD, made_at=MADE_AT)

    assert (date(2018, 12, 31), date(2019, 1, 2), 1, "m") == (row.origin, row.target_session, row.horizon, row.key[2])
    assert {0.975: -0.5} == row.lower
    assert {0.975: None} == row.upper
    assert row.realised is None


def test_dates_may_come_as_text() -> None:
    """As they stand in the answer of an API."""
    assert LedgerRow.of(RECORD | {"origin": "2018-12-31"}, made_at=MADE_AT).origin == date(2018, 12, 31)


def test_a_record_names_every_column_and_reads_back() -> None:
    """Bounds as lower_80, instants as ISO 8601, and the same row from it."""
    given = entry()
    record = given.record()

    assert [0.3, None] == [record["upper_80"], record["upper_90"]]
    assert given.made_at == datetime.fromisoformat(record["made_at"])
    assert given == LedgerRow.of(record, made_at=MADE_AT)
