"""The ledger as a table, without making one where there is none."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from spx_assets.dashboard import ledger
from spx_assets.home import open_ledger
from spx_assets.settings import Settings
from spx_assets.store.ledger_row import Outcome
from spx_assets_tests.store.ledger_entries import MADE_AT, entry, outcome


def test_a_home_without_a_ledger_stays_without_one(tmp_path: Path) -> None:
    """Looking makes no file."""
    assert ledger.forecasts(Settings.load({}, home=tmp_path)).empty
    assert list(tmp_path.iterdir()) == []


def test_every_forecast_is_a_row_with_its_outcome(tmp_path: Path) -> None:
    """Days, instants and numbers come typed; what is not known is missing."""
    settings = Settings.load({}, home=tmp_path)
    book = open_ledger(settings)
    book.append([entry(0), entry(1)])
    book.realise([outcome(0, realised=-0.02)])

    table = ledger.forecasts(settings)

    assert [-0.02] == table["realised"].dropna().tolist()
    assert [pd.Timestamp("2018-01-01"), pd.Timestamp("2018-01-02")] == table["origin"].tolist()
    assert "datetime64[ns, UTC]" == str(table["made_at"].dtype)
    assert {"lower_90", "upper_90"} <= set(table)


def test_which_counts_and_which_was_in_time_is_the_track_records_word(tmp_path: Path) -> None:
    """Of several versions the first written counts; what was written after its outcome was known is not in time."""
    settings = Settings.load({}, home=tmp_path)
    book = open_ledger(settings)
    book.append([entry(0, version="first"), entry(1)])
    book.append([entry(0, version="later", made_at=MADE_AT + timedelta(hours=1))])
    known = Outcome(date(2018, 1, 2), 1, 0.01, MADE_AT - timedelta(days=1))
    book.realise([outcome(0), known])

    table = ledger.forecasts(settings)

    assert ["first", "later", "0123456789abcdef"] == table["model_version"].tolist()
    assert [True, False, True] == table["first"].tolist()
    assert [True, True, False] == table["in_time"].tolist()
