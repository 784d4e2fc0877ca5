"""After each session's close and once a night, in New York's time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from spx_assets.orchestration import schedules
from spx_assets.orchestration.instance import KEEP_RUNS, open_instance
from spx_assets.settings import Settings


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """The instance of an empty home."""
    with open_instance(Settings.load({}, home=tmp_path)) as opened:
        yield opened


def _tick(schedule: dg.ScheduleDefinition, local: str, instance: dg.DagsterInstance) -> list[str]:
    at = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(schedules.NEW_YORK))
    context = dg.build_schedule_context(instance=instance, scheduled_execution_time=at)
    return [str(request.run_key) for request in schedule.evaluate_tick(context).run_requests or ()]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-11-25", ["session 2026-11-25"]),
        ("2026-11-26", []),  # Thanksgiving
        ("2026-11-27", ["session 2026-11-27"]),  # a half day
        ("2026-04-03", []),  # Good Friday
        ("2026-06-19", []),  # Juneteenth
    ],
)
def test_holidays_are_skipped(day: str, expected: list[str], instance: dg.DagsterInstance) -> None:
    """One run per session of the NYSE, with a key of its own."""
    assert _tick(schedules.after_close, f"{day}T16:30", instance) == expected


def test_the_day_is_new_yorks(instance: dg.DagsterInstance) -> None:
    """Half past four there is another day in UTC for nobody; the tick is given in any zone."""
    at = datetime(2026, 7, 2, 20, 30, tzinfo=ZoneInfo("UTC"))
    context = dg.build_schedule_context(instance=instance, scheduled_execution_time=at)

    (request,) = schedules.after_close.evaluate_tick(context).run_requests or ()

    assert request.run_key == "session 2026-07-02"


def test_nothing_is_started_when_a_run_is_about_to_read(instance: dg.DagsterInstance) -> None:
    """It will read what the close has brought."""

    @dg.asset
    def raw_market() -> None:
        """An asset."""

    job = dg.Definitions([raw_market]).resolve_implicit_global_asset_job_def()
    instance.create_run_for_job(job, status=dg.DagsterRunStatus.NOT_STARTED)

    assert _tick(schedules.after_close, "2026-11-25T16:30", instance) == []


def test_the_night_refreshes_everything(instance: dg.DagsterInstance) -> None:
    """Every night, sessions or not, so that what a trigger lost is taken up."""
    assert schedules.nightly.job_name == "refresh"
    assert _tick(schedules.nightly, "2026-11-26T04:00", instance) == ["night 2026-11-26"]


def test_both_run_by_default_in_new_yorks_time() -> None:
    """Daylight saving is New York's."""
    for schedule in schedules.all_schedules():
        assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING
        assert schedule.execution_timezone == "America/New_York"
    assert KEEP_RUNS.days == 90
