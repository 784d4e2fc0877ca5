"""A re-run with nothing new computes nothing, and only then."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest

from spx_assets import tasks
from spx_assets.home import open_ledger
from spx_assets.settings import Settings
from spx_assets.store import Store
from spx_assets_tests import product
from spx_assets_tests.orchestration.conftest import metadata_of

NOW = pd.Timestamp("2026-01-05 12:00", tz="UTC")
Run = Callable[..., dg.ExecuteInProcessResult]


@pytest.fixture
def run(home: Path) -> Run:
    """Materialize assets of the home once, so that there is a record; then materialize them again, with settings."""
    instance = dg.DagsterInstance.ephemeral()

    def again(*assets: str, **settings: Any) -> dg.ExecuteInProcessResult:
        effective = Settings.load({}, home=home, **{"candidates": product.CHEAP, **settings})
        return product.materialize(effective, *assets, now=NOW, instance=instance)

    return again


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the tasks that are computed."""
    calls: list[str] = []

    def counted(name: str, task: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            calls.append(name)
            return task(*args, **kwargs)

        return call

    for name in ("assemble", "forecast"):
        monkeypatch.setattr(tasks, name, counted(name, getattr(tasks, name)))
    return calls


def test_an_asset_made_from_the_same_is_not_computed_again(run: Run, computed: list[str]) -> None:
    """Its version, metadata and checks are recorded as before; the checks say when they were evaluated."""
    first, second = run("cleaned_data"), run("cleaned_data")

    assert ["assemble"] == computed
    before, after = (metadata_of(result, "cleaned_data") for result in (first, second))
    assert before == after
    assert after["new_version"].value is False
    checks = [{c.check_name: c.passed for c in r.get_asset_check_evaluations()} for r in (first, second)]
    assert checks[0] == checks[1]
    assert all("evaluated at" in check.metadata for check in second.get_asset_check_evaluations())


def test_it_is_computed_after_a_change_of_settings_or_a_damaged_byte(
    run: Run, computed: list[str], store: Store
) -> None:
    """Other settings decide other content; a version that is not what was stored is made anew and stored whole."""
    run("cleaned_data")
    run("cleaned_data", horizons="1,5")
    run("cleaned_data")
    assert 3 == len(computed)

    file = store.path("cleaned_data") / "cleaned_data.parquet"
    damaged = bytearray(file.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    file.write_bytes(damaged)
    run("cleaned_data")

    assert 4 == len(computed)
    assert all(verdict.ok for verdict in store.verify("cleaned_data"))


def test_a_rollback_is_no_record(run: Run, computed: list[str], store: Store) -> None:
    """What a person made current is not what the last run computed: the asset is computed again."""
    run("cleaned_data")
    run("cleaned_data", horizons="1,5")
    older = store.versions("cleaned_data")[-1].version
    assert older != store.current("cleaned_data")

    store.rollback("cleaned_data", older)
    run("cleaned_data", horizons="1,5")

    assert 3 == len(computed)


def test_a_pinned_asset_stays_and_what_follows_is_made_from_it(run: Run, computed: list[str], store: Store) -> None:
    """Its version, not what the run would compute, is recorded, loaded and named; after the release it is computed."""
    run("cleaned_data")
    run("cleaned_data", horizons="1,5")
    older = store.versions("cleaned_data")[-1].version
    store.rollback("cleaned_data", older, reason="a wrong horizon", by="ann@desk")

    pinned = run("cleaned_data", "next_forecast", horizons="1,5")

    assert computed == ["assemble", "assemble", "forecast"]
    metadata = metadata_of(pinned, "cleaned_data")
    assert (metadata["version"].value, metadata["new_version"].value) == (older, False)
    assert "ann@desk" in str(metadata["pinned"].value)
    assert "a wrong horizon" in str(metadata["pinned"].value)
    assert store.manifest("next_forecast").provenance.inputs["cleaned_data"] == older
    store.release("cleaned_data")
    run("cleaned_data", horizons="1,5")
    assert computed[3:] == ["assemble"]
    assert store.current("cleaned_data") != older


def test_a_forecast_that_the_ledger_lost_is_written_again(run: Run, computed: list[str], home: Path) -> None:
    """The forecast is not computed again, and yet in the ledger before anyone can read it."""
    run("next_forecast")
    settings = Settings.load({}, home=home)
    (home / "ledger.db").unlink()

    result = run("next_forecast")

    assert ["forecast"] == computed
    assert 3 == metadata_of(result, "next_forecast")["ledger rows new"].value
    assert 3 == len(open_ledger(settings).rows())


def test_a_regressor_of_the_user_is_always_computed(run: Run, computed: list[str]) -> None:
    """Its code is in no code version, so that an edit must not go unseen."""
    own = {"candidates": "historical_mean,spx_assets_tests.forecasting.leaking_candidates.Placeholder"}

    run("cleaned_data", **own)
    run("cleaned_data", **own)

    assert ["assemble", "assemble"] == computed
