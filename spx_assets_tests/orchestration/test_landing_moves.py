"""The order around a commit is shown by the asset's tests; here, what can go wrong with a single move."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pandas as pd
import pytest

from spx_assets import market
from spx_assets.landing import Dropped, Landing, take_in
from spx_assets.orchestration.landing_moves import clear, quarantined
from spx_assets_tests.landing import yahoo

NOW = pd.Timestamp("2024-07-01 12:00", tz="UTC")


def test_a_file_that_cannot_be_moved_stays_and_the_run_goes_on(
    observations: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store has its content already; the next run finds it equal and tries again."""
    landing = Landing(tmp_path)
    path = yahoo.drop(tmp_path, "january.csv", yahoo.csv("2019-01-02", "2019-01-31"))
    file = Dropped.at(path)
    assert file is not None
    intake = take_in(observations, market.Reading(market.no_observations()), [file], now=NOW)

    clear(dg.build_asset_context(), landing, intake, NOW)  # accepted/ was never made: the move fails

    assert path.exists()
    landing.prepare()
    clear(dg.build_asset_context(), landing, intake, NOW)
    assert (landing.accepted / "january.csv").exists()


def test_a_source_that_goes_on_leaves_nothing_in_quarantine(observations: pd.DataFrame, tmp_path: Path) -> None:
    """No refusal, no file."""
    reading = market.Reading(observations)

    refusal = quarantined(Landing(tmp_path), take_in(observations, reading, now=NOW), reading, NOW)

    assert (refusal, list(tmp_path.iterdir())) == ("", [])
