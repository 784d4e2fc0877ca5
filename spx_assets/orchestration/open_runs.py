"""Runs that are not finished: which assets they make, and whether their process still lives.

The sensors ask here before they launch, so that one change is answered once, whoever sees it first.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import dagster as dg
from dagster._core.storage.dagster_run import IN_PROGRESS_RUN_STATUSES  # no public name for this set
from dagster._core.storage.tags import GRPC_INFO_TAG  # no public name

from spx_assets.orchestration.jobs import DOWNSTREAM, INGEST, REFRESH, RETRAIN

PID_TAG = "spx/pid"
WAITING = (dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.QUEUED)
OPEN = (*WAITING, *IN_PROGRESS_RUN_STATUSES, dg.DagsterRunStatus.CANCELING)
# A job without an asset selection makes all that it is defined over.
_MAKES = {INGEST: {"raw_market"}, REFRESH: {"raw_market", "cleaned_data"}, DOWNSTREAM: {"cleaned_data"}, RETRAIN: set()}


def reading_the_source(instance: dg.DagsterInstance, *, started: bool = True) -> str | None:
    """An open run that makes `raw_market`; with `started=False` only one that has not begun to."""
    return _making("raw_market", instance, OPEN if started else WAITING)


def about_to_follow(instance: dg.DagsterInstance) -> str | None:
    """A run that makes `cleaned_data` and has not begun: it will read the current `raw_market`."""
    return _making("cleaned_data", instance, WAITING)


def makes(run: dg.DagsterRun, asset: str) -> bool:
    """Whether `run` means to materialize `asset`."""
    if run.asset_selection:
        return dg.AssetKey(asset) in run.asset_selection
    # A run within this process names its steps; one that the daemon launches names neither.
    return asset in (run.step_keys_to_execute or _MAKES.get(run.job_name, {asset}))


def _making(asset: str, instance: dg.DagsterInstance, statuses: Sequence[dg.DagsterRunStatus]) -> str | None:
    runs = instance.get_runs(dg.RunsFilter(statuses=list(statuses)))
    return next((run.run_id[:8] for run in runs if makes(run, asset)), None)


def process_tag() -> dict[str, str]:
    """The tag that lets others see whether this run's process still lives."""
    return {PID_TAG: _identity(os.getpid())}


def is_abandoned(run: dg.DagsterRun) -> bool:
    """Whether the process that executes `run`, or the server that was to start it, is known to be gone."""
    if PID_TAG in run.tags:
        return not _alive(run.tags[PID_TAG])
    socket = json.loads(run.tags.get(GRPC_INFO_TAG, "{}")).get("socket")
    return socket is not None and not Path(socket).exists()


def _identity(pid: int) -> str:
    # A process id is reused; with its start time it names one process.
    stat = Path(f"/proc/{pid}/stat")
    started = stat.read_text().rpartition(")")[2].split()[19] if stat.exists() else "0"
    return f"{pid}:{started}"


def _alive(identity: str) -> bool:
    pid = int(identity.partition(":")[0])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _identity(pid) == identity
