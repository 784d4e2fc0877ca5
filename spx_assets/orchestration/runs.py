"""One run of a job in this process, and what came of it, asset by asset.

What lives here: executing through the home's Dagster instance, so that the asset graph shows the run,
and reading the outcome back from its events. What does not: building the code location, printing.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import asdict, dataclass
from threading import Thread
from typing import Any

import dagster as dg
from dagster._core.definitions.repository_definition import SINGLETON_REPOSITORY_NAME  # no public names here
from dagster._core.remote_origin import GrpcServerCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin
from dagster._core.storage.tags import REPOSITORY_LABEL_TAG

from spx_assets import errors
from spx_assets.orchestration.instance import close_abandoned_runs, open_instance, process_tag
from spx_assets.orchestration.unchanged import PINNED
from spx_assets.settings import Settings

# The code location's name in every workspace of ours.
LOCATION = "spx_assets"
# How often whoever waits for a run is told that it still works.
TICK_S = 0.5


@dataclass(frozen=True)
class AssetOutcome:
    """What a run did to one asset; `pinned` says by whom, since when and why it is kept at its version."""

    asset: str
    version: str
    new: bool
    rows: int | None
    checks: int
    seconds: float
    pinned: str | None = None


@dataclass(frozen=True)
class RunOutcome:
    """What a run did; `refusal` is the error that ended it, if one did.

    `origin` is the last close of the forecast that is current after it, `age_sessions` how many have closed since.
    """

    run_id: str
    assets: tuple[AssetOutcome, ...]
    refusal: errors.SpxError | None
    origin: str | None = None
    age_sessions: int | None = None
    read: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def new_versions(self) -> int:
        """How many assets got a new version."""
        return sum(outcome.new for outcome in self.assets)

    def as_json(self) -> dict[str, Any]:
        """The outcome for scripts."""
        return {
            "run_id": self.run_id,
            "success": self.refusal is None,
            "new_versions": self.new_versions,
            "origin": self.origin,
            "age_sessions": self.age_sessions,
            "read": list(self.read),
            "left_out": list(self.left_out),
            "assets": [asdict(outcome) for outcome in self.assets],
            "refusal": None if self.refusal is None else str(self.refusal),
        }


def execute(
    definitions: dg.Definitions, settings: Settings, *, job: str = "refresh", assets: Sequence[str] | None = None
) -> RunOutcome:
    """Run `job`, or only its `assets`, in this process; runs abandoned by killed processes are closed first.

    The loggers of the code location speak, when it has any; Dagster's own console logger otherwise.
    """
    with open_instance(settings) as instance:
        close_abandoned_runs(instance)
        result = definitions.resolve_job_def(job).execute_in_process(
            run_config={"loggers": {name: {} for name in definitions.loggers or {}}},
            instance=instance,
            raise_on_error=False,
            asset_selection=None if assets is None else [dg.AssetKey(asset) for asset in assets],
            tags=process_tag(),
        )
        _show_in_timeline(instance, result.run_id)
        read, left_out = _lines(result, "read"), _lines(result, "files left out")
        return RunOutcome(result.run_id, _outcomes(result), refusal(result), *_age(result), read, left_out)


def _show_in_timeline(instance: dg.DagsterInstance, run_id: str) -> None:
    """Note the code location of a run in this process: the timeline leaves out runs without one."""
    run = instance.get_run_by_id(run_id)
    if run is not None and run.remote_job_origin is None:
        location = GrpcServerCodeLocationOrigin(host="localhost", socket="", location_name=LOCATION)
        origin = RemoteRepositoryOrigin(location, SINGLETON_REPOSITORY_NAME)
        instance.add_run_tags(run_id, {REPOSITORY_LABEL_TAG: origin.get_label()})
        instance.run_storage.replace_job_origin(run, RemoteJobOrigin(origin, run.job_name))


def execute_until_interrupted(
    definitions: dg.Definitions, settings: Settings, *, tick: Callable[[], None] | None = None
) -> RunOutcome:
    """`execute`, stopped by Ctrl-C or SIGTERM at once; `tick` is called every half second while it works.

    Dagster catches interrupts while a step works, and one that falls between its checkpoints is lost. In a thread it
    leaves signals alone, so the main thread hears them. Nothing needs to be tidied: the store is whole whenever a
    process ends, and the next run closes the one that was left.

    Raises:
        KeyboardInterrupt: when a stop was asked for; the caller ends the process without waiting for the thread.

    """
    done: Future[RunOutcome] = Future()

    def work() -> None:
        try:
            done.set_result(execute(definitions, settings))
        except BaseException as error:  # noqa: BLE001  # handed to the main thread, which raises it
            done.set_exception(error)

    previous = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        Thread(target=work, daemon=True).start()
        while not wait([done], TICK_S).done:
            if tick is not None:
                tick()
        return done.result()
    finally:
        signal.signal(signal.SIGTERM, previous)


def _age(result: dg.ExecuteInProcessResult) -> tuple[str | None, int | None]:
    """The origin of the forecast and its age in sessions, as `next_forecast` recorded them."""
    for event in result.get_asset_materialization_events():
        if event.asset_key == dg.AssetKey("next_forecast"):
            found = event.materialization.metadata
            return str(found["origin"].value), int(str(found["age in sessions"].value))
    return None, None


def _outcomes(result: dg.ExecuteInProcessResult) -> tuple[AssetOutcome, ...]:
    durations = {
        event.step_key: event.step_success_data.duration_ms / 1000.0
        for event in result.all_events
        if event.event_type is dg.DagsterEventType.STEP_SUCCESS
    }
    checks = result.get_asset_check_evaluations()
    return tuple(
        _outcome(event, durations, sum(check.asset_key == event.asset_key for check in checks))
        for event in result.get_asset_materialization_events()
    )


def _lines(result: dg.ExecuteInProcessResult, name: str) -> tuple[str, ...]:
    """The lines of a text in the metadata of `raw_market`."""
    for event in result.get_asset_materialization_events():
        entry = event.materialization.metadata.get(name)
        if event.asset_key == dg.AssetKey("raw_market") and entry is not None and entry.value != "none":
            return tuple(str(entry.value).split("\n"))
    return ()


def _outcome(event: dg.DagsterEvent, durations: dict[str | None, float], checks: int) -> AssetOutcome:
    found: dict[str, Any] = {name: entry.value for name, entry in event.materialization.metadata.items()}
    return AssetOutcome(
        asset=event.materialization.asset_key.path[-1],
        version=str(found["version"]),
        new=bool(found["new_version"]),
        rows=found.get("dagster/row_count"),
        checks=checks,
        seconds=durations.get(event.step_key, 0.0),
        pinned=found.get(PINNED),
    )


def refusal(result: dg.ExecuteInProcessResult) -> errors.SpxError | None:
    """The typed error of the first failed step, rebuilt from its event; a bug when it was none of ours."""
    if result.success:
        return None
    failures = [event for event in result.all_events if event.event_type is dg.DagsterEventType.STEP_FAILURE]
    if not failures:
        return errors.SpxError(
            "The run failed before any step", way_out="Look at its log in the asset graph: `spx up`."
        )
    data = failures[0].step_failure_data
    chain = _causes(data.error)
    if data.user_failure_data is None:
        return errors.SpxError(
            f"{failures[0].step_key} failed",
            evidence=chain[-1].message.strip() if chain else "",
            way_out=f"This is a bug. The trace is in the asset graph, run {result.run_id}: `spx up`.",
        )
    kinds = [getattr(errors, cause.cls_name or "", None) for cause in chain]
    kind = next((kind for kind in kinds if kind is not None), errors.SpxError)
    return kind(str(data.user_failure_data.description))


def _causes(error: Any) -> list[Any]:
    """The error and what caused it, outermost first."""
    return [] if error is None else [error, *_causes(error.cause)]
