"""Dagster's instance in the home, and runs whose process was killed."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.scheduler.instigation import InstigatorType, TickStatus

from spx_assets.orchestration import instance
from spx_assets.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home of its own."""
    return Settings.load({}, home=tmp_path)


def test_the_instance_is_persistent_and_sends_nothing_home(settings: Settings) -> None:
    """A dagster.yaml of ours stands in the home, with telemetry off."""
    with instance.open_instance(settings) as opened:
        assert not opened.is_ephemeral
        assert not opened.telemetry_enabled


def test_an_edited_configuration_is_kept(settings: Settings) -> None:
    """What a person wrote into dagster.yaml stays."""
    settings.dagster_home.mkdir(parents=True)
    config = settings.dagster_home / "dagster.yaml"
    config.write_text("telemetry:\n  enabled: false\n# mine\n")

    instance.prepare_instance(settings)

    assert "# mine" in config.read_text()


def test_what_an_earlier_version_wrote_is_renewed(settings: Settings) -> None:
    """Only while nobody edited it: the first line carries the digest of the rest."""
    settings.dagster_home.mkdir(parents=True)
    config = settings.dagster_home / "dagster.yaml"
    config.write_text(instance.sealed("telemetry:\n  enabled: false\n"))

    instance.prepare_instance(settings)

    assert config.read_text() == instance.sealed(instance.CONFIG)
    edited = config.read_text().replace("max_concurrent_runs: 4", "max_concurrent_runs: 2")
    config.write_text(edited)
    instance.prepare_instance(settings)
    assert config.read_text() == edited


def test_one_writer_per_asset_and_no_run_without_bound(settings: Settings) -> None:
    """What the configuration says is what Dagster understands."""
    with instance.open_instance(settings) as opened:
        concurrency = opened.get_concurrency_config()
        pools, queue = concurrency.pool_config, concurrency.run_queue_config

        assert (pools.default_pool_limit, str(pools.pool_granularity)) == (1, "PoolGranularity.RUN")
        assert queue is not None
        assert (queue.max_user_code_failure_retries, queue.user_code_failure_retry_delay) == (10, 5)
        assert opened.run_monitoring_enabled
        assert opened.run_monitoring_max_runtime_seconds == 7200
        assert opened.run_monitoring_start_timeout_seconds == 120
        assert opened.run_launcher.supports_check_run_worker_health
        assert opened.get_tick_retention_settings(InstigatorType.SENSOR)[TickStatus.SKIPPED] == 1


def test_old_runs_go_and_what_assets_stem_from_stays(settings: Settings) -> None:
    """After ninety days; the run that made what is current is kept however old it is."""

    @dg.asset
    def made() -> None:
        """An asset."""

    with instance.open_instance(settings) as opened:
        for _ in range(3):
            dg.materialize([made], instance=opened)
        newest = opened.get_runs(limit=1)[0].run_id
        later = datetime.now(tz=UTC) + timedelta(days=91)

        assert instance.forget_old_runs(opened) == 0
        assert instance.forget_old_runs(opened, now=later) == 2
        assert [run.run_id for run in opened.get_runs()] == [newest]


def test_a_run_of_a_dead_process_is_closed_and_a_living_one_is_not(settings: Settings) -> None:
    """Only the run whose process is gone is marked failed."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    with instance.open_instance(settings) as opened:
        dead = _started(opened, {instance.PID_TAG: f"{ended.pid}:1"})
        living = _started(opened, instance.process_tag())

        assert instance.close_abandoned_runs(opened) == 1
        assert _status(opened, dead) is dg.DagsterRunStatus.FAILURE
        assert _status(opened, living) is dg.DagsterRunStatus.STARTED


def test_a_reused_process_id_does_not_keep_a_run_open(settings: Settings) -> None:
    """The same number with another start time is another process."""
    pid = instance.process_tag()[instance.PID_TAG].partition(":")[0]
    with instance.open_instance(settings) as opened:
        _started(opened, {instance.PID_TAG: f"{pid}:1"})

        assert instance.close_abandoned_runs(opened) == 1


def test_a_run_killed_before_its_first_step_is_closed_too(settings: Settings) -> None:
    """Created and never started, it would stand in the list of runs for ever."""
    with instance.open_instance(settings) as opened:
        run_id = _started(opened, {instance.PID_TAG: "1:0"}, dg.DagsterRunStatus.NOT_STARTED)

        assert instance.close_abandoned_runs(opened) == 1
        assert _status(opened, run_id) is dg.DagsterRunStatus.FAILURE


def _started(
    opened: dg.DagsterInstance,
    tags: dict[str, str],
    status: dg.DagsterRunStatus = dg.DagsterRunStatus.STARTED,
) -> str:
    @dg.job
    def empty() -> None:
        """A job without steps."""

    run = opened.create_run_for_job(empty, tags=tags, status=status)
    return run.run_id


def _status(opened: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus:
    run = opened.get_run_by_id(run_id)
    assert run is not None
    return run.status
