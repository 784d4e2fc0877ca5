"""What goes wrong while the services run reaches a real receiver, once, with asset, words and way out."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.test_utils import freeze_time

from spx_assets import service_record
from spx_assets.orchestration.instance import open_instance
from spx_assets.settings import Settings
from spx_assets_tests.e2e.up import looks, up, wait
from spx_assets_tests.landing import yahoo
from spx_assets_tests.orchestration.receiver import Receiver, receiver

LAST_WEEK = datetime.now(UTC) - timedelta(days=8)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_failed_run_a_failed_check_and_a_stale_asset_are_told_once(
    ran: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    """A source that is gone, a service that does not answer, an asset of last week; the daemon finds each by itself."""
    home = tmp_path / "home"
    shutil.copytree(ran[0], home, symlinks=True)
    with open_instance(Settings.load({}, home=home)) as instance, freeze_time(LAST_WEEK):
        instance.report_runless_asset_event(dg.AssetMaterialization("analysis_report"))
    gone = str(tmp_path / "gone.csv")

    with (
        receiver() as there,
        service_record.kept(home / "serving", "http://127.0.0.1:1", at=datetime.now(UTC)),
        up(home, "graph", webhook_url=there.url, source=gone),
    ):
        yahoo.drop(home / "landing", "january.csv", yahoo.csv("2019-01-02", "2019-01-31"))
        told = _told(there, home)

    assert sorted(told) == ["analysis_report", "prediction_service", "raw_market"]
    assert told["analysis_report"]["what happened"] == "analysis_report is stale"
    assert "check running of prediction_service fails" in told["prediction_service"]["what happened"]
    assert "gone.csv" in told["raw_market"]["what happened"] + told["raw_market"]["evidence"]
    assert all(message["way out"] for message in told.values())
    assert len(there.taken) == 3


def _told(there: Receiver, home: Path) -> dict[str, dict[str, str]]:
    """What was told, by asset, once the failed run was tried again and both sensors have looked again after that."""
    with open_instance(Settings.load({}, home=home)) as instance:
        failed = dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE])
        wait(lambda: len(instance.get_runs(failed)) >= 2 and len(there.taken) >= 3, 300)
    for sensor in ("on_run_failure", "on_concern"):
        seen = looks(home, sensor)
        wait(lambda sensor=sensor, seen=seen: looks(home, sensor) >= seen + 2, 120)  # type: ignore[misc]
    return {message["asset"]: message for message in there.fields()}
