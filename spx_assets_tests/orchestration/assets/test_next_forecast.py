"""The asset `next_forecast`: what it records, and what it refuses to store."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from spx_assets import artifacts, tasks
from spx_assets.home import open_ledger, open_store
from spx_assets.settings import Settings
from spx_assets_tests.orchestration.conftest import Materialize, failed_checks, metadata_of


def test_metadata_shows_the_forecasts_and_the_word_on_skill(materialize: Materialize) -> None:
    """Origin, one row per horizon, and the plain sentence."""
    found = metadata_of(materialize("next_forecast"), "next_forecast")

    assert found["origin"].value == "2018-12-31"
    assert ["1", "5", "21"] == [record.data["horizon"] for record in found["forecasts"].records]
    assert "no candidate beat the historical mean" in found["skill"].value


@pytest.mark.parametrize(
    ("column", "value", "check"),
    [
        ("forecast", float("nan"), "finite"),
        ("lower_95", 0.5, "nested_intervals"),
        ("upper_50", 0.9, "nested_intervals"),
    ],
)
def test_a_broken_forecast_is_refused(
    column: str, value: float, check: str, home: Path, materialize: Materialize, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No number, or bounds that do not enclose each other: it is not in the ledger either."""
    honest = tasks.forecast

    def broken(*given: object, **options: object) -> pd.DataFrame:
        return honest(*given, **options).assign(**{column: value})  # type: ignore[arg-type]  # passed on as given

    monkeypatch.setattr(tasks, "forecast", broken)

    (home / "ledger.db").unlink()

    assert check in failed_checks(materialize("next_forecast"))
    assert not (home / "ledger.db").exists()


def test_the_forecast_is_in_the_ledger_once(home: Path, materialize: Materialize) -> None:
    """Every horizon with the versions that made it; made again, it adds nothing and says so."""
    ledger = open_ledger(Settings.load({}, home=home))
    rows = ledger.rows()

    found = metadata_of(materialize("next_forecast"), "next_forecast")

    table = artifacts.table_of(open_store(Settings.load({}, home=home)).read("next_forecast"))
    assert table["forecast"].tolist() == [row.forecast for row in rows]
    assert table["lower_90"].tolist() == [row.lower[0.9] for row in rows]
    assert set(table["model_version"]) == {row.model_version for row in rows}
    assert (0, 3) == (found["ledger rows new"].value, found["ledger rows"].value)
    assert rows == ledger.rows()
