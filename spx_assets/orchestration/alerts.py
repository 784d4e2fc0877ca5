"""Who is told, and of what: runs that failed, checks that fail without ending a run, assets that are stale.

Both sensors need the network, so they run by default only where `SPX_WEBHOOK_URL` says to whom. A blocking check that
fails ends its run, and is told as that run's failure. A run that a person started with `spx run` tells that person.
The age of the data is told where `SPX_MAX_AGE_SESSIONS` limits it, as the failure of the run that found it too old.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import dagster as dg
import pandas as pd
from dagster._core.definitions.freshness import FreshnessState  # no public name
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus  # no public name

from spx_assets.orchestration.schedules import NEW_YORK
from spx_assets.orchestration.webhook import Message, Outbox, key_of
from spx_assets.settings import Settings
from spx_assets.settings_services import LOOPBACK

EVERY_S = 30
STALE = (FreshnessState.FAIL, FreshnessState.WARN)
# Warnings for whoever looks, not messages: old data where no limit was set, the embedded data for one.
SHOWN_ONLY = frozenset({"fresh"})


def alert_sensors(settings: Settings) -> list[dg.SensorDefinition]:
    """Both sensors, running when there is somebody to tell."""
    status = dg.DefaultSensorStatus.STOPPED if settings.webhook_url is None else dg.DefaultSensorStatus.RUNNING
    failure = dg.run_failure_sensor(
        name="on_run_failure",
        default_status=status,
        minimum_interval_seconds=EVERY_S,
        description="Tells the webhook (SPX_WEBHOOK_URL) of a failed run: which asset, what happened, the way out.",
    )
    concern = dg.sensor(
        name="on_concern",
        default_status=status,
        minimum_interval_seconds=EVERY_S,
        description="Tells the webhook (SPX_WEBHOOK_URL) of failing checks and stale assets, each once.",
    )
    return [failure(on_run_failure), concern(on_concern)]


def on_run_failure(
    context: dg.RunFailureSensorContext,
    settings: dg.ResourceParam[Settings],
    clock: dg.ResourceParam[Callable[[], pd.Timestamp]],
) -> None:
    """One message per failure, and none for a retry that fails with the same words on the same day."""
    today = clock().tz_convert(NEW_YORK).date().isoformat()
    run, url = context.dagster_run, _graph_url(settings)
    _tell(
        settings, [failure_message(run, context.get_step_failure_events(), context.failure_event, day=today, url=url)]
    )


def on_concern(context: dg.SensorEvaluationContext, settings: dg.ResourceParam[Settings]) -> dg.SensorResult:
    """What fails or is stale now and was not at the last look; what waits in the outbox is tried again."""
    known = set(json.loads(context.cursor or "[]"))
    graph = context.repository_def.asset_graph if context.repository_def else None
    found = {} if graph is None else concerns(context.instance, graph, _graph_url(settings))
    refused = _tell(settings, [message for name, message in found.items() if name not in known])
    said = refused or f"{len(found)} failing checks and stale assets, {len(found.keys() - known)} of them new"
    return dg.SensorResult(skip_reason=said, cursor=json.dumps(sorted(found)))


def failure_message(run: dg.DagsterRun, steps: Any, event: dg.DagsterEvent, *, day: str, url: str) -> Message:
    """What ended the run: the first failed step's typed error, or what Dagster says of the run."""
    what, evidence, way_out = f"The run of {run.job_name} failed", event.message or "", "Start it again: `spx run`."
    asset = ", ".join(sorted(key.to_user_string() for key in run.asset_selection or ())) or run.job_name
    for step in list(steps)[:1]:
        asset, data = str(step.step_key), step.step_failure_data
        if data.user_failure_data is None:
            what = f"{asset} failed: this is a bug"
            evidence = _innermost(data.error)
            way_out = "The trace is in the run's log. What was current before still is."
        else:
            parts = {name: str(value.value) for name, value in data.user_failure_data.metadata.items()}
            what = parts.get("what", str(data.user_failure_data.description))
            evidence, way_out = parts.get("evidence", "–"), parts.get("way out", "–")
    return Message(
        key_of("run", asset, what, evidence, day), asset, what, evidence, way_out, f"{url}/runs/{run.run_id}"
    )


def concerns(instance: dg.DagsterInstance, graph: Any, url: str) -> dict[str, Message]:
    """Every check that fails without ending a run, and every stale asset, by a name that stays while it lasts."""
    return {**_failing_checks(instance, graph, url), **_stale_assets(instance, graph, url)}


def _failing_checks(instance: dg.DagsterInstance, graph: Any, url: str) -> dict[str, Message]:
    keys = [key for key in graph.asset_check_keys if not graph.get(key).blocking and key.name not in SHOWN_ONLY]
    latest = instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
    found = {}
    for key, record in sorted(latest.items()):
        if record.status is AssetCheckExecutionRecordStatus.FAILED and record.evaluation is not None:
            asset, evaluation = key.asset_key.to_user_string(), record.evaluation
            parts = {name: str(value.value) for name, value in evaluation.metadata.items()}
            found[f"check {asset} {key.name}"] = Message(
                key_of("check", asset, key.name, str(record.id)),
                asset,
                f"The check {key.name} of {asset} fails ({evaluation.severity.value.lower()})",
                evaluation.description or "–",
                parts.get("way out", "Look at the check and its evidence in the asset graph."),
                f"{url}/assets/{asset}?view=checks",
            )
    return found


def _stale_assets(instance: dg.DagsterInstance, graph: Any, url: str) -> dict[str, Message]:
    keys = [key for key in graph.materializable_asset_keys if graph.get(key).freshness_policy is not None]
    found = {}
    for key, state in sorted(instance.get_freshness_state_records(keys).items()):
        if state.freshness_state in STALE:
            asset = key.to_user_string()
            found[f"stale {asset}"] = Message(
                key_of("stale", asset, str(state.updated_at)),
                asset,
                f"{asset} is stale",
                "It was not materialized since the last session's close.",
                "`spx run` brings it up to date, or says what is in the way.",
                f"{url}/assets/{asset}",
            )
    return found


def _tell(settings: Settings, messages: list[Message]) -> str:
    if settings.webhook_url is None:
        return "SPX_WEBHOOK_URL is not set: nobody is told."
    outbox = Outbox(settings.root / "webhook")
    for message in messages:
        outbox.put(message)
    return outbox.deliver(settings.webhook_url.get_secret_value())


def _graph_url(settings: Settings) -> str:
    return f"http://{LOOPBACK}:{settings.graph_port}"


def _innermost(error: Any) -> str:
    while error is not None and error.cause is not None:
        error = error.cause
    return "" if error is None else str(error.message).strip()
