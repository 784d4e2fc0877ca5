"""Dagster's instance in the home, and runs whose process was killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

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
