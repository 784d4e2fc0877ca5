"""By the clock: `after_close` on NYSE sessions, `nightly` every night, both in New York's time.

A missed tick is made up once: when the services start again Dagster launches the last tick that was missed, and no
earlier one.
"""

from __future__ import annotations

from datetime import datetime

import dagster as dg
import pandas as pd

from spx_assets.market import calendar
from spx_assets.orchestration.instance import forget_old_runs
from spx_assets.orchestration.jobs import INGEST, REFRESH
from spx_assets.orchestration.open_runs import reading_the_source

NEW_YORK = "America/New_York"
# The VIX is struck at 16:15, and exchanges publish a session's files within the next minutes.
AFTER_CLOSE = "30 16 * * 1-5"
# Clocks that are changed skip or repeat an hour before 03:00.
NIGHTLY = "0 4 * * *"


@dg.schedule(
    name="after_close",
    cron_schedule=AFTER_CLOSE,
    execution_timezone=NEW_YORK,
    job_name=INGEST,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Reads the source after each close of the NYSE; holidays are skipped.",
)
def after_close(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """One reading per session, unless one is under way or waiting; what is new then starts the rest."""
    local = pd.Timestamp(context.scheduled_execution_time).tz_convert(NEW_YORK)
    if not is_session(local):
        return dg.SkipReason(f"The NYSE is closed on {local:%A, %Y-%m-%d}.")
    waiting = reading_the_source(context.instance, started=False)
    if waiting is not None:
        return dg.SkipReason(f"Run {waiting} is about to read the source.")
    return dg.RunRequest(run_key=f"session {local:%Y-%m-%d}")


@dg.schedule(
    name="nightly",
    cron_schedule=NIGHTLY,
    execution_timezone=NEW_YORK,
    job_name=REFRESH,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Materializes everything once a night, and so takes up whatever a trigger has lost.",
)
def nightly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Everything once a night: equal inputs write nothing, and old runs are forgotten."""
    forget_old_runs(context.instance)
    local = pd.Timestamp(context.scheduled_execution_time).tz_convert(NEW_YORK)
    return dg.RunRequest(run_key=f"night {local:%Y-%m-%d}")


def is_session(instant: datetime) -> bool:
    """Whether the NYSE trades on the day of `instant`, by its own clock."""
    day = pd.Timestamp(instant.date())
    return len(calendar.sessions(day, day)) == 1


def all_schedules() -> list[dg.ScheduleDefinition]:
    """Every schedule, for `Definitions(schedules=...)`."""
    return [after_close, nightly]
