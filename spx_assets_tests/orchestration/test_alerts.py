"""A failed run, a failed check and a stale asset each reach a real webhook once, with asset, words and way out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest
from dagster._core.definitions.freshness import FreshnessState, FreshnessStateChange

from spx_assets.errors import SourceRefused
from spx_assets.orchestration import audit
from spx_assets.orchestration.alerts import alert_sensors
from spx_assets.orchestration.freshness import by_session
from spx_assets.orchestration.instance import open_instance
from spx_assets.settings import Settings
from spx_assets_tests.orchestration.receiver import Receiver, receiver

NOW = pd.Timestamp("2026-01-05 12:00", tz="UTC")


class World:
    """An instance, one asset that refuses its source and has a warning check, and the sensors over them."""

    def __init__(self, settings: Settings, instance: dg.DagsterInstance) -> None:
        self.settings = settings
        self.instance = instance
        self.failing = True
        self.now = NOW
        resources: Any = {"settings": self.settings, "clock": lambda: self.now}
        self.definitions = dg.Definitions(
            self._assets(), sensors=alert_sensors(self.settings), resources=resources, jobs=[dg.define_asset_job("all")]
        )
        self.cursors: dict[str, str | None] = {}

    def _assets(self) -> list[dg.AssetsDefinition]:
        drift = dg.AssetCheckSpec("drift", asset="track_record")
        fresh = dg.AssetCheckSpec("fresh", asset="raw_market")

        @dg.asset(freshness_policy=by_session(), check_specs=[fresh])
        def raw_market(context: dg.AssetExecutionContext) -> Iterator[Any]:
            with audit.task(context):
                yield dg.AssetCheckResult(passed=False, check_name="fresh", description="1,989 sessions", severity=WARN)
                yield dg.MaterializeResult()
                if self.failing:
                    raise SourceRefused("a.csv line 3", evidence="'x' is not a number", way_out="Correct it.")

        @dg.asset(check_specs=[drift])
        def track_record() -> Iterator[Any]:
            passed = not self.failing
            yield dg.AssetCheckResult(passed=passed, check_name="drift", description="PSI 0.31", severity=WARN)
            yield dg.MaterializeResult()

        return [raw_market, track_record]

    def run(self, *assets: str) -> None:
        """One run of these assets."""
        self.definitions.resolve_job_def("all").execute_in_process(
            instance=self.instance, raise_on_error=False, asset_selection=[dg.AssetKey(name) for name in assets]
        )

    def tick(self, name: str) -> None:
        """One evaluation of a sensor."""
        sensor = self.definitions.get_repository_def().get_sensor_def(name)
        context = dg.build_sensor_context(
            instance=self.instance,
            cursor=self.cursors.get(name),
            repository_def=self.definitions.get_repository_def(),
            resources={"settings": self.settings, "clock": lambda: self.now},
            sensor_name=name,
        )
        self.cursors[name] = sensor.evaluate_tick(context).cursor


WARN = dg.AssetCheckSeverity.WARN


@pytest.fixture
def there() -> Iterator[Receiver]:
    """A receiver on loopback."""
    with receiver() as state:
        yield state


@pytest.fixture
def world(tmp_path: Path, there: Receiver) -> Iterator[World]:
    """A home that tells the receiver; its sensors have begun to look."""
    settings = Settings.load({"SPX_WEBHOOK_URL": there.url}, home=tmp_path)
    with open_instance(settings) as instance:
        made = World(settings, instance)
        made.tick("on_run_failure")
        yield made


def test_a_failed_run_is_told_once_with_its_way_out(world: World, there: Receiver) -> None:
    """Also when it is tried again and fails with the same words; the next day it is said again."""
    for _ in range(2):
        world.run("raw_market")
        world.tick("on_run_failure")
        world.tick("on_run_failure")
    assert [found["asset"] for found in there.fields()] == ["raw_market"]
    assert there.fields()[0]["what happened"] == "a.csv line 3"
    assert there.fields()[0]["evidence"] == "'x' is not a number"
    assert there.fields()[0]["way out"] == "Correct it."

    world.now += pd.Timedelta(days=1)
    world.run("raw_market")
    world.tick("on_run_failure")
    assert len(there.taken) == 2


def test_a_killed_run_is_told(world: World, there: Receiver) -> None:
    """No step said anything; Dagster's own words are the evidence."""
    job = world.definitions.resolve_job_def("all")
    run = world.instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
    world.instance.report_run_failed(run, "The process that executed this run is gone.")

    world.tick("on_run_failure")

    (found,) = there.fields()
    assert found["evidence"] == "The process that executed this run is gone."
    assert found["where"].endswith(run.run_id)


def test_a_failed_check_is_told_once_until_it_passed(world: World, there: Receiver) -> None:
    """It ended no run; failing on is no news, failing again after it passed is."""
    for failing in (True, True, False, True):
        world.failing = failing
        world.run("track_record")
        world.tick("on_concern")
        world.tick("on_concern")

    assert [found["asset"] for found in there.fields()] == ["track_record", "track_record"]
    assert there.fields()[0]["what happened"] == "The check drift of track_record fails (warn)"
    assert there.fields()[0]["evidence"] == "PSI 0.31"


def test_old_data_without_a_limit_is_no_message(world: World, there: Receiver) -> None:
    """The check `fresh` warns in the graph on every run on the embedded data; beyond a limit its run fails."""
    world.failing = False
    world.run("raw_market", "track_record")
    world.tick("on_concern")

    key = dg.AssetCheckKey(dg.AssetKey("raw_market"), "fresh")
    assert key in world.instance.event_log_storage.get_latest_asset_check_execution_by_key([key])
    assert there.taken == []


def test_a_stale_asset_is_told_once(world: World, there: Receiver) -> None:
    """What Dagster's freshness daemon reports."""
    key = dg.AssetKey("raw_market")
    change = FreshnessStateChange(
        key=key,
        new_state=FreshnessState.FAIL,
        previous_state=FreshnessState.PASS,
        state_change_timestamp=NOW.timestamp(),
    )
    world.instance._report_runless_asset_event(change)

    world.tick("on_concern")
    world.cursors.clear()
    world.tick("on_concern")

    (found,) = there.fields()
    assert found["what happened"] == "raw_market is stale"
    assert "spx run" in found["way out"]


def test_without_an_address_both_are_stopped(tmp_path: Path) -> None:
    """They need the network; started by hand they say that nobody is told."""
    settings = Settings.load({}, home=tmp_path)
    with open_instance(settings) as instance:
        world = World(settings, instance)
        world.run("raw_market", "track_record")
        world.tick("on_concern")

    statuses = {sensor.default_status for sensor in alert_sensors(world.settings)}
    assert statuses == {dg.DefaultSensorStatus.STOPPED}
    assert not (tmp_path / "webhook").exists()
