"""The asset `walk_forward`: what it records, and what it refuses to store."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spx_assets import tasks
from spx_assets.settings import Settings
from spx_assets.store import Store
from spx_assets_tests.orchestration.conftest import Materialize, failed_checks, metadata_of


def test_metadata_says_folds_refits_and_scores(materialize: Materialize) -> None:
    """Folds, refits, and per model R², R²_OS, RMSE and hit rate."""
    found = metadata_of(materialize("walk_forward", horizons="5"), "walk_forward")

    records = found["scores"].records
    assert found["folds"].value >= 600
    assert found["refits"].value == 3 * found["folds"].value
    assert {"model", "r2", "r2_os", "rmse", "hit_rate"} <= set(records[0].data)
    assert ["historical_mean", "ols", "ridge"] == [record.data["model"] for record in records]


def test_a_missing_forecast_is_refused(materialize: Materialize, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """One forecast that is not a number, and nothing is stored."""
    before = store.versions("walk_forward")
    honest = tasks.evaluate

    def broken(cleaned: pd.DataFrame, settings: Settings, **options: object) -> pd.DataFrame:
        evaluation = honest(cleaned, settings)
        evaluation.loc[7, "forecast"] = np.inf
        return evaluation

    monkeypatch.setattr(tasks, "evaluate", broken)

    assert failed_checks(materialize("walk_forward", horizons="1")) == ["finite"]
    assert before == store.versions("walk_forward")


def test_a_model_with_fewer_origins_is_refused(materialize: Materialize, monkeypatch: pytest.MonkeyPatch) -> None:
    """Models are compared on the same origins or not at all."""
    honest = tasks.evaluate
    monkeypatch.setattr(tasks, "evaluate", lambda cleaned, settings, **_: honest(cleaned, settings).iloc[:-1])

    assert failed_checks(materialize("walk_forward", horizons="1")) == ["complete"]
