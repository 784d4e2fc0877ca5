"""The launcher says whether a run's process lives, and monitoring closes a run whose process is gone."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.launcher import WorkerStatus
from dagster._core.test_utils import create_test_daemon_workspace_context
from dagster._core.workspace.load_target import EmptyWorkspaceTarget
from dagster._daemon.monitoring.run_monitoring import execute_run_monitoring_iteration

from spx_assets.orchestration.instance import open_instance
from spx_assets.orchestration.open_runs import PID_TAG, process_tag
from spx_assets.orchestration.run_launcher import WatchedRunLauncher
from spx_assets.settings import Settings

DEAD = {PID_TAG: "999999999:1"}


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """The instance of an empty home, with the launcher that its configuration names."""
    with open_instance(Settings.load({}, home=tmp_path)) as opened:
        yield opened


def _started(instance: dg.DagsterInstance, tags: dict[str, str]) -> dg.DagsterRun:
    @dg.job
    def empty() -> None:
        """A job without steps."""

    return instance.create_run_for_job(empty, tags=tags, status=dg.DagsterRunStatus.STARTED)


def test_the_state_of_a_runs_process(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    """Living, gone, or of a code server that does not answer."""
    launcher = instance.run_launcher
    assert isinstance(launcher, WatchedRunLauncher)
    (tmp_path / "code.sock").touch()
    silent = {".dagster/grpc_info": json.dumps({"host": "localhost", "socket": str(tmp_path / "code.sock")})}

    states = [
        launcher.check_run_worker_health(_started(instance, tags)).status for tags in (process_tag(), DEAD, silent, {})
    ]

    assert states == [WorkerStatus.RUNNING, WorkerStatus.FAILED, WorkerStatus.FAILED, WorkerStatus.RUNNING]


def test_monitoring_closes_a_killed_run_and_leaves_a_living_one(instance: dg.DagsterInstance) -> None:
    """One look of Dagster's own monitoring is enough."""
    dead, living = _started(instance, DEAD), _started(instance, process_tag())

    with create_test_daemon_workspace_context(EmptyWorkspaceTarget(), instance) as workspace:
        list(execute_run_monitoring_iteration(workspace, logging.getLogger("monitoring")))

    statuses = {run.run_id: run.status for run in instance.get_runs()}
    assert statuses[dead.run_id] is dg.DagsterRunStatus.FAILURE
    assert statuses[living.run_id] is dg.DagsterRunStatus.STARTED
