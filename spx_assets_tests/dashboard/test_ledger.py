"""The ledger as a table, without making one where there is none."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pandas as pd

from spx_assets.dashboard import ledger
from spx_assets.home import open_ledger
from spx_assets.settings import Settings
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


def test_of_several_versions_the_first_counts(tmp_path: Path) -> None:
    """What was said first was said with the least knowledge."""
    records = [
        entry(0, version="later", made_at=MADE_AT + timedelta(hours=1), forecast=0.2).record(),
        entry(0, version="first", forecast=0.1, made_at=MADE_AT + timedelta(microseconds=1)).record(),
        entry(0, 5).record(),
    ]

    counted = ledger.first_made(ledger.as_table(records))

    assert {(1, "first"), (5, "0123456789abcdef")} == set(
        counted[["horizon", "model_version"]].itertuples(index=False, name=None)
    )
