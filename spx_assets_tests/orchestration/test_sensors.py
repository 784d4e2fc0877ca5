"""What the sensors launch: one run for one change, whoever sees it first."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import dagster as dg
import pandas as pd
import pytest

from spx_assets.orchestration import sensors
from spx_assets.orchestration.instance import open_instance
from spx_assets.settings import Settings


class World:
    """An instance with two assets of set data versions, and the sensors' cursors."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings.load({}, home=home)
        self.instance = ExitStack().enter_context(open_instance(self.settings))
        self.now = pd.Timestamp("2026-01-05 12:00", tz="UTC")
        self.versions = {"raw_market": "1", "cleaned_data": "1"}
        self.cursors: dict[str, str | None] = {}
        self.definitions = dg.Definitions([self._asset("raw_market"), self._asset("cleaned_data", "raw_market")])

    def _asset(self, name: str, *deps: str) -> dg.AssetsDefinition:
        @dg.asset(name=name, deps=list(deps))
        def made() -> dg.MaterializeResult[None]:
            return dg.MaterializeResult(data_version=dg.DataVersion(self.versions[name]))

        return made

    def make(self, *assets: str, **versions: str) -> None:
        """One run that materializes these assets."""
        self.versions |= versions
        dg.materialize(
            self.definitions.assets,  # type: ignore[arg-type]
            selection=list(assets),
            instance=self.instance,
            raise_on_error=False,
        )

    def begin(self, asset: str, status: dg.DagsterRunStatus) -> dg.DagsterRun:
        """A run of one asset in `status`."""
        keys = {dg.AssetKey(asset)}
        job = self.definitions.resolve_implicit_global_asset_job_def().get_subset(asset_selection=keys)
        return self.instance.create_run_for_job(job, asset_selection=keys, status=status)

    def tick(self, sensor: dg.SensorDefinition) -> list[str]:
        """Run keys that one evaluation of the sensor asks for."""
        context = dg.build_sensor_context(
            instance=self.instance,
            cursor=self.cursors.get(sensor.name),
            resources={"settings": self.settings, "clock": lambda: self.now},
            last_sensor_start_time=0.0,
        )
        outcome = sensor.evaluate_tick(context)
        self.cursors[sensor.name] = outcome.cursor or self.cursors.get(sensor.name)
        return [str(request.run_key) for request in outcome.run_requests or ()]

    def drop(self, name: str, text: str) -> None:
        """A file in landing/."""
        self.settings.landing_root.mkdir(parents=True, exist_ok=True)
        (self.settings.landing_root / name).write_text(text)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Both assets made, of the same version."""
    made = World(tmp_path)
    made.make("raw_market", "cleaned_data")
    made.tick(sensors.on_new_raw_market)
    return made


def test_a_dropped_file_is_read_by_one_run(world: World) -> None:
    """At the second look, and not again; the run key is made of what the file holds."""
    world.drop("a.csv", "date,close\n2019-01-02,2510.03\n")

    ticks = [world.tick(sensors.on_landing) for _ in range(3)]

    assert [len(keys) for keys in ticks] == [0, 1, 0]
    assert ticks[1][0].startswith("landing ")


def test_a_lost_cursor_asks_with_the_same_key(world: World) -> None:
    """So that Dagster launches nothing for what it has launched."""
    world.drop("a.csv", "date,close\n2019-01-02,2510.03\n")
    first = [world.tick(sensors.on_landing) for _ in range(2)][1]
    world.cursors.clear()

    assert [world.tick(sensors.on_landing) for _ in range(2)][1] == first


def test_nothing_is_started_beside_a_run_that_reads(world: World) -> None:
    """It takes the file along; when it is done and the file still lies there, the file gets its run."""
    world.drop("a.csv", "date,close\n2019-01-02,2510.03\n")
    world.tick(sensors.on_landing)
    run = world.begin("raw_market", dg.DagsterRunStatus.STARTED)

    assert world.tick(sensors.on_landing) == []
    world.instance.report_run_failed(run, "gone")
    assert len(world.tick(sensors.on_landing)) == 1


def test_a_new_data_version_runs_everything_downstream_once(world: World) -> None:
    """`raw_market` alone, of another version."""
    world.make("raw_market", raw_market="2")

    keys = world.tick(sensors.on_new_raw_market)

    assert [key.startswith("raw_market 2 after ") for key in keys] == [True]
    assert world.tick(sensors.on_new_raw_market) == []


def test_an_equal_data_version_runs_nothing(world: World) -> None:
    """Read again without news."""
    world.make("raw_market")

    assert world.tick(sensors.on_new_raw_market) == []


def test_a_run_of_everything_is_not_followed_by_another(world: World) -> None:
    """Whether it is done, or failed after `raw_market`: then it is for the conditions to try once more."""
    world.make("raw_market", "cleaned_data", raw_market="2")
    assert world.tick(sensors.on_new_raw_market) == []

    del world.versions["cleaned_data"]  # so that it fails, after raw_market was stored
    world.make("raw_market", "cleaned_data", raw_market="3")
    assert world.tick(sensors.on_new_raw_market) == []


def test_a_waiting_run_will_read_the_new_version(world: World) -> None:
    """It has not begun: a second one would find nothing to do."""
    world.make("raw_market", raw_market="2")
    world.begin("cleaned_data", dg.DagsterRunStatus.NOT_STARTED)

    assert world.tick(sensors.on_new_raw_market) == []


def test_a_run_at_work_may_have_read_the_old_version(world: World) -> None:
    """So the new version gets its own, which the pool holds back until the other is done."""
    world.make("raw_market", raw_market="2")
    world.begin("cleaned_data", dg.DagsterRunStatus.STARTED)

    assert len(world.tick(sensors.on_new_raw_market)) == 1


def test_a_return_to_an_earlier_version_is_a_change(world: World) -> None:
    """2, then 1 again: two keys that differ from all before."""
    asked = []
    for version in ("2", "1", "2"):
        world.make("raw_market", raw_market=version)
        asked += world.tick(sensors.on_new_raw_market)
        world.make("cleaned_data")

    assert len(set(asked)) == 3


def test_every_sensor_runs_by_default() -> None:
    """None of these needs the network."""
    assert {sensor.default_status for sensor in sensors.all_sensors()} == {dg.DefaultSensorStatus.RUNNING}
