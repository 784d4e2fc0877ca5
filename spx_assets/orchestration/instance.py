"""Dagster's own instance under `SPX_HOME/dagster`: where runs and events live, and tidying after a kill.

A killed process leaves its run STARTED for ever, holding a place in the queue; `close_abandoned_runs`
ends such runs when the next command starts.
"""

from __future__ import annotations

import os
from pathlib import Path

import dagster as dg
from dagster._core.storage.dagster_run import IN_PROGRESS_RUN_STATUSES  # no public name for this set

from spx_assets.errors import StoreUnavailable
from spx_assets.settings import Settings

PID_TAG = "spx/pid"
CONFIG = """\
# Written by spx_assets when it is missing; yours to edit.
telemetry:
  enabled: false
# A first visitor sees the asset graph, not a newsletter.
nux:
  enabled: false
run_monitoring:
  enabled: true
  max_runtime_seconds: 7200
# Assets print nothing: what they say is in the run's events. Capturing would start two processes per step.
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
"""


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """The persistent instance of this home, created on first use."""
    return dg.DagsterInstance.from_config(str(_configured(settings)))


def prepare_instance(settings: Settings) -> None:
    """Make the instance ready for services that open it themselves: configured, no abandoned run left open."""
    with open_instance(settings) as instance:
        close_abandoned_runs(instance)


def _configured(settings: Settings) -> Path:
    folder = settings.dagster_home.absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(
            f"{settings.home} cannot be used as the home", evidence=str(error), way_out="Set SPX_HOME to a folder."
        ) from error
    config = folder / "dagster.yaml"
    if not config.exists():
        draft = config.with_name(f".{config.name}.{os.getpid()}")
        draft.write_text(CONFIG)
        draft.replace(config)
    return folder


def close_abandoned_runs(instance: dg.DagsterInstance) -> int:
    """Mark runs whose `spx` process is gone as failed; how many there were."""
    statuses = [dg.DagsterRunStatus.NOT_STARTED, *IN_PROGRESS_RUN_STATUSES]
    open_runs = instance.get_runs(dg.RunsFilter(statuses=statuses))
    abandoned = [run for run in open_runs if PID_TAG in run.tags and not _alive(run.tags[PID_TAG])]
    for run in abandoned:
        instance.report_run_failed(run, "The process that executed this run is gone. Start it again: `spx run`.")
    return len(abandoned)


def process_tag() -> dict[str, str]:
    """The tag that lets a later command see whether this run's process still lives."""
    return {PID_TAG: _identity(os.getpid())}


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
