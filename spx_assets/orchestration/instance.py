"""Dagster's own instance under `SPX_HOME/dagster`: its configuration, where runs and events live, tidying.

A killed process leaves its run STARTED for ever, holding a place in the queue; `close_abandoned_runs`
ends such runs when the next command starts, and run monitoring while the services run.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from yaml import YAMLError  # type: ignore[import-untyped]  # PyYAML carries no types

from spx_assets.errors import ArtifactCorrupt, StoreUnavailable
from spx_assets.orchestration import instance_files
from spx_assets.orchestration.instance_storage import storage
from spx_assets.orchestration.open_runs import OPEN, PID_TAG, is_abandoned, process_tag
from spx_assets.settings import Settings
from spx_assets.store import disk, lock

__all__ = [
    "PID_TAG",
    "close_abandoned_runs",
    "forget_old_runs",
    "open_instance",
    "prepare_instance",
    "process_tag",
    "repair_instance",
]

SEAL = "# Written by spx_assets, and renewed as long as nobody edits it; what you write stays. "
# sha256 of what earlier versions wrote, before the first line carried a digest.
EARLIER = frozenset({"468a40f12fe928eb9fa01981aa15b91acccbe3ce9b7c28b88d922f2b02b0d24c"})
KEEP_RUNS = timedelta(days=90)
FORGET_AT_ONCE = 200
LOCK_TIMEOUT_S = 60.0
CONFIG = """\
telemetry:
  enabled: false
# A first visitor sees the asset graph, not a newsletter.
nux:
  enabled: false
# One writer per asset: each asset is a pool of its own, and a run waits in the queue until its pools are free.
concurrency:
  runs:
    max_concurrent_runs: 4
  pools:
    granularity: run
    default_limit: 1
# A code server that was killed is started anew within seconds; what was to begin meanwhile waits for it.
run_queue:
  dequeue_interval_seconds: 1
  max_user_code_failure_retries: 10
  user_code_failure_retry_delay: 5
# Says whether a run's process still lives, so that monitoring closes a killed run within seconds.
run_launcher:
  module: spx_assets.orchestration.run_launcher
  class: WatchedRunLauncher
run_monitoring:
  enabled: true
  poll_interval_seconds: 10
  start_timeout_seconds: 120
  cancel_timeout_seconds: 60
  max_runtime_seconds: 7200
# What was skipped is of interest for a day, what failed for a season.
retention:
  sensor: &days
    purge_after_days: {skipped: 1, success: 30, failure: 90}
  schedule: *days
  auto_materialize: *days
freshness:
  enabled: true
# Assets print nothing: what they say is in the run's events. Capturing would start two processes per step.
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
"""


@contextmanager
def open_instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """The persistent instance of this home, made on first use by one process at a time, whole or not at all.

    Raises:
        ArtifactCorrupt: when its files are damaged; `spx doctor --repair` mends them.
        StoreUnavailable: when its folder or databases cannot be used, now or while the instance is open.

    """
    folder = settings.dagster_home.absolute()
    with _reporting(folder), ExitStack() as stack:
        disk.make_folder(folder)
        with lock.held(folder, timeout_s=LOCK_TIMEOUT_S):
            _require_sound(folder)
            _configure(folder / instance_files.CONFIG, settings)
            if instance_files.has_own_databases(folder) and not instance_files.is_whole(folder):
                _make_databases(folder)
            instance = stack.enter_context(dg.DagsterInstance.from_config(str(folder)))
        yield instance


def prepare_instance(settings: Settings) -> None:
    """Make the instance ready for services that open it themselves: no abandoned run is left open, old ones go."""
    with open_instance(settings) as instance:
        close_abandoned_runs(instance)
        forget_old_runs(instance)


def repair_instance(settings: Settings) -> list[str]:
    """Mend the files of the instance and open it once; what was done, in words."""
    folder = settings.dagster_home.absolute()
    with _reporting(folder):
        disk.make_folder(folder)
        with lock.held(folder, timeout_s=LOCK_TIMEOUT_S):
            done = instance_files.repair(folder)
    prepare_instance(settings)
    return done


@contextmanager
def _reporting(folder: Path) -> Iterator[None]:
    """Typed errors for whatever Dagster's files in `folder` cannot do."""
    try:
        yield
    except (SQLAlchemyError, OSError, YAMLError, dg.DagsterError) as error:
        cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
        raise StoreUnavailable(
            f"Dagster's records in {folder} cannot be used",
            evidence=(str(cause).strip().splitlines() or [type(cause).__name__])[0],
            way_out="`spx doctor` looks at them, and `spx doctor --repair` mends what is damaged. "
            "Assets and their versions are not affected.",
        ) from error


def _require_sound(folder: Path) -> None:
    if found := instance_files.faults(folder):
        raise (ArtifactCorrupt if any(fault.mendable for fault in found) else StoreUnavailable)(
            f"Dagster's records in {folder} cannot be used",
            evidence="; ".join(map(str, found)),
            way_out="`spx doctor --repair` mends them, and deletes nothing: what cannot be kept is moved aside."
            if any(fault.mendable for fault in found)
            else "Stop what holds them, or make them readable for this user, then run again.",
        )


def _make_databases(folder: Path) -> None:
    """Make the databases in a folder beside and move them in place: a process that is killed leaves none half made."""
    with tempfile.TemporaryDirectory(prefix=".making-", dir=folder) as draft:
        with dg.DagsterInstance.from_config(draft) as made:
            made.schedule_storage  # noqa: B018  # storages are made when they are first asked for
            made.run_storage  # noqa: B018
            made.event_log_storage  # noqa: B018
        instance_files.put_in_place(Path(draft), folder)


def _configure(config: Path, settings: Settings) -> None:
    wanted = sealed(CONFIG + storage(settings))
    if _is_ours(config) and (not config.exists() or config.read_text() != wanted):
        draft = config.with_name(f".{config.name}.{os.getpid()}")
        draft.write_text(wanted)
        draft.replace(config)


def sealed(text: str) -> str:
    """`text` below a line that carries its digest, by which a later version sees that nobody edited it."""
    return f"{SEAL}{hashlib.sha256(text.encode()).hexdigest()}\n{text}"


def _is_ours(config: Path) -> bool:
    """Whether the file is missing, or still exactly what some version of spx_assets wrote."""
    if not config.exists():
        return True
    text = config.read_text(errors="replace")
    first, _, rest = text.partition("\n")
    if first.startswith(SEAL):
        return text == sealed(rest)
    return hashlib.sha256(text.encode()).hexdigest() in EARLIER


def close_abandoned_runs(instance: dg.DagsterInstance) -> int:
    """Mark runs whose process is gone as failed; how many there were."""
    abandoned = [run for run in instance.get_runs(dg.RunsFilter(statuses=list(OPEN))) if is_abandoned(run)]
    for run in abandoned:
        instance.report_run_failed(run, "The process that executed this run is gone. Start it again: `spx run`.")
    return len(abandoned)


def forget_old_runs(instance: dg.DagsterInstance, *, now: datetime | None = None) -> int:
    """Delete finished runs older than `KEEP_RUNS` that no asset's current state stems from; how many there were."""
    before = (now or datetime.now(tz=UTC)) - KEEP_RUNS
    finished = [status for status in dg.DagsterRunStatus if status not in OPEN]
    old = instance.get_runs(dg.RunsFilter(statuses=finished, created_before=before), limit=FORGET_AT_ONCE)
    records = instance.get_asset_records() if old else ()
    latest = (record.asset_entry.last_materialization_record for record in records)
    needed = {record.run_id for record in latest if record is not None}
    forgotten = [run.run_id for run in old if run.run_id not in needed]
    for run_id in forgotten:
        instance.delete_run(run_id)
    return len(forgotten)
