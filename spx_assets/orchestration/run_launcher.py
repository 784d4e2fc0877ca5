"""Dagster's launcher of runs, with an answer to whether a run's process still lives.

Its own launcher leaves that question open, so that a run killed together with its code server would stay STARTED
until its time is up. Run monitoring asks every few seconds, and closes what is gone.
"""

from __future__ import annotations

from typing import Any

import dagster as dg
from dagster._core.launcher import CheckRunHealthResult, DefaultRunLauncher, WorkerStatus  # no public names
from dagster._grpc.types import CanCancelExecutionRequest, CanCancelExecutionResult
from dagster._serdes import deserialize_value

from spx_assets.orchestration.open_runs import PID_TAG, is_abandoned


class WatchedRunLauncher(DefaultRunLauncher):
    """Starts each run in a process of the code server, and says whether that process is still there."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Asked by run monitoring."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """By the process id that the run noted; before it noted one, by what its code server says."""
        if is_abandoned(run):
            return CheckRunHealthResult(WorkerStatus.FAILED, "The process that executed this run is gone.")
        if PID_TAG in run.tags:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        client = self._get_grpc_client_for_termination(run.run_id)  # type: ignore[no-untyped-call]  # not typed there
        if client is not None and not _knows(client, run.run_id):
            return CheckRunHealthResult(WorkerStatus.FAILED, "The code server that started this run lost it.")
        return CheckRunHealthResult(WorkerStatus.RUNNING)


def _knows(client: Any, run_id: str) -> bool:
    try:
        answer = client.can_cancel_execution(CanCancelExecutionRequest(run_id=run_id), timeout=5)
    except Exception:  # noqa: BLE001  # whatever went wrong, the server did not answer
        return False
    return deserialize_value(answer, CanCancelExecutionResult).can_cancel
