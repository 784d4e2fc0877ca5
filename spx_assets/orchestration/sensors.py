"""What is watched, and what it starts: dropped files, a new `raw_market`, the conditions of the assets.

One trigger, one mechanism. `on_landing` answers new content in landing/ with a reading of the source;
`on_new_raw_market` answers a changed data version with everything downstream; the conditions answer for the rest of
the graph. Each is at least once, and its run key makes it at most once: for a set of contents, for a data version and
what was made of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import dagster as dg
import pandas as pd

from spx_assets.landing import Landing
from spx_assets.landing.watch import Watch, look
from spx_assets.orchestration.jobs import DOWNSTREAM, INGEST
from spx_assets.orchestration.open_runs import about_to_follow, makes, reading_the_source
from spx_assets.settings import Settings

# The daemon looks at its sensors every five seconds; asking for less does not make it faster.
EVERY_S = 5
SOURCE, FOLLOWER = dg.AssetKey("raw_market"), dg.AssetKey("cleaned_data")
DATA_VERSION, READ_VERSION = "dagster/data_version", "dagster/input_data_version/raw_market"


@dg.sensor(
    name="on_landing",
    job_name=INGEST,
    minimum_interval_seconds=EVERY_S,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Reads landing/ when a file of new content lies there, finished.",
)
def on_landing(
    context: dg.SensorEvaluationContext,
    settings: dg.ResourceParam[Settings],
    clock: dg.ResourceParam[Callable[[], pd.Timestamp]],
) -> dg.SensorResult | dg.SkipReason:
    """One run for all contents that are new, once each stayed as it was from one look to the next.

    A run that reads the source takes dropped files along, so that nothing is started beside one.
    """
    reading = reading_the_source(context.instance)
    if reading is not None:
        return dg.SkipReason(f"Run {reading} is reading already; landing/ is looked at again after it.")
    try:
        found = look(Landing(settings.landing_root), Watch.load(context.cursor), now_s=clock().timestamp())
    except OSError as failed:
        return dg.SkipReason(f"landing/ cannot be read: {failed.strerror}. It is looked at again.")
    if not found.contents:
        return dg.SensorResult(skip_reason=found.why, cursor=found.watch.dump())
    contents = hashlib.sha256(" ".join(found.contents).encode()).hexdigest()
    request = dg.RunRequest(run_key=f"landing {contents}")
    return dg.SensorResult(run_requests=[request], cursor=found.watch.dump())


@dg.asset_sensor(
    SOURCE,
    name="on_new_raw_market",
    job_name=DOWNSTREAM,
    minimum_interval_seconds=EVERY_S,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Materializes everything downstream when raw_market has another data version than was built upon.",
)
def on_new_raw_market(context: dg.SensorEvaluationContext, event: dg.EventLogEntry) -> dg.RunRequest | dg.SkipReason:
    """Everything downstream of a `raw_market` that nothing was made of, unless a run already sees to it."""
    instance = context.instance
    version = _tags(event).get(DATA_VERSION, "")
    follower = instance.get_latest_materialization_event(FOLLOWER)
    if follower is not None and _tags(follower).get(READ_VERSION) == version:
        return dg.SkipReason(f"Everything was made of version {version} already.")
    run = instance.get_run_by_id(event.run_id)
    if run is not None and makes(run, "cleaned_data"):
        return dg.SkipReason(f"Run {run.run_id[:8]} makes what is downstream itself.")
    waiting = about_to_follow(instance)
    if waiting is not None:
        return dg.SkipReason(f"Run {waiting} has not begun and will read version {version}.")
    # What was made last joins the key: history that returns to an earlier version is a change as well.
    return dg.RunRequest(run_key=f"raw_market {version} after {'' if follower is None else follower.run_id[:8]}")


def _tags(event: dg.EventLogEntry) -> dict[str, str]:
    materialization = event.asset_materialization
    return {} if materialization is None else dict(materialization.tags or {})


def all_sensors() -> list[dg.SensorDefinition]:
    """Every sensor, for `Definitions(sensors=...)`."""
    conditions = dg.AutomationConditionSensorDefinition(
        "conditions",
        target=dg.AssetSelection.all(),
        default_status=dg.DefaultSensorStatus.RUNNING,
        minimum_interval_seconds=30,
        description="Evaluates the automation conditions of the assets: new inputs, one more try after a failure.",
    )
    return [on_landing, on_new_raw_market, conditions]
