"""Assets run one by one through Dagster, over a home of their own and without its console."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest

from spx_assets.home import open_store
from spx_assets.settings import Settings
from spx_assets.store import Store
from spx_assets_tests import product

Materialize = Callable[..., dg.ExecuteInProcessResult]


@pytest.fixture
def home(ran: tuple[Path, dict[str, Any]], tmp_path: Path) -> Path:
    """A copy of the home in which everything was run once."""
    shutil.copytree(ran[0], tmp_path / "home", symlinks=True)
    return tmp_path / "home"


@pytest.fixture
def store(home: Path) -> Store:
    """The store of that home."""
    return open_store(Settings.load({}, home=home))


@pytest.fixture
def materialize(home: Path) -> Materialize:
    """Materialize chosen assets of the code location in this process, by another clock if `now` is given."""

    def run(*assets: str, now: pd.Timestamp | None = None, **settings: Any) -> dg.ExecuteInProcessResult:
        effective = Settings.load({}, home=home, **{"candidates": product.CHEAP, **settings})
        return product.materialize(effective, *assets, now=now, raise_on_error=False)

    return run


def metadata_of(result: dg.ExecuteInProcessResult, asset: str) -> dict[str, Any]:
    """The metadata that a run recorded for `asset`."""
    (event,) = [event for event in result.get_asset_materialization_events() if event.asset_key == dg.AssetKey(asset)]
    return dict(event.materialization.metadata)


def failed_checks(result: dg.ExecuteInProcessResult) -> list[str]:
    """Names of the checks that did not pass and stop their asset."""
    evaluations = (each for each in result.get_asset_check_evaluations() if not each.passed)
    return [each.check_name for each in evaluations if each.severity is dg.AssetCheckSeverity.ERROR]
