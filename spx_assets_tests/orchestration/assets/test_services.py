"""The services as external assets: observed by a sensor and on demand, checked, silent while nothing changes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest

from spx_assets import service_record
from spx_assets.definitions import build_definitions
from spx_assets.orchestration.assets.services import observe_services, service_specs, services_checks
from spx_assets.orchestration.instance import open_instance
from spx_assets.settings import Settings

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home in which nothing runs."""
    return Settings.load({}, home=tmp_path)


def _tick(settings: Settings, cursor: str | None = None, later_s: float = 0.0) -> dg.SensorResult:
    resources: Any = {
        "settings": settings,
        "clock": lambda: pd.Timestamp("2026-01-05 12:00", tz="UTC") + pd.Timedelta(seconds=later_s),
    }
    with open_instance(settings) as instance:
        context = dg.build_sensor_context(instance=instance, cursor=cursor, resources=resources)
        outcome: Any = observe_services(context)
    assert isinstance(outcome, dg.SensorResult)
    return outcome


def _failed(result: dg.SensorResult) -> list[str]:
    return [e.check_name for e in result.asset_events if isinstance(e, dg.AssetCheckEvaluation) and not e.passed]


def test_services_that_are_not_meant_to_run_pass(settings: Settings) -> None:
    """Both are observed once, every check passes, and nothing more is said until a quarter of an hour later."""
    first = _tick(settings)
    second = _tick(settings, first.cursor, 60)
    third = _tick(settings, second.cursor, 900)

    assert [event.asset_key.path[-1] for event in first.asset_events if isinstance(event, dg.AssetObservation)] == [
        "prediction_service",
        "dashboard",
    ]
    assert _failed(first) == []
    assert (len(second.asset_events), len(third.asset_events)) == (0, len(first.asset_events))


def test_a_missed_service_fails_its_check(settings: Settings) -> None:
    """Its note stands and it does not answer; the check says so with the way out, and passes when it is stopped."""
    first = _tick(settings)
    with service_record.kept(settings.root / "serving", "http://127.0.0.1:1", at=AT):
        down = _tick(settings, first.cursor, 30)
    stopped = _tick(settings, down.cursor, 60)

    assert _failed(down) == ["running"]
    assert "does not answer" in str(down.asset_events[0].description)
    assert _failed(stopped) == []


def test_the_checks_can_be_executed_on_demand(settings: Settings) -> None:
    """From the asset graph: a run observes and evaluates what is chosen."""
    with open_instance(settings) as instance:
        result = dg.materialize(
            [*services_checks(), *service_specs()],  # type: ignore[list-item]
            selection=dg.AssetSelection.checks(*services_checks()),
            resources={"settings": settings},
            instance=instance,
        )

        assert len(result.get_asset_check_evaluations()) == 3
        observed = instance.fetch_observations(dg.AssetKey("dashboard"), limit=1).records
        assert len(observed) == 1


def test_a_refresh_leaves_the_services_alone(tmp_path: Path) -> None:
    """What is not materialized is not part of a job."""
    job = build_definitions(home=tmp_path).resolve_job_def("refresh")

    assert not {key.path[-1] for key in job.asset_layer.selected_asset_keys} & {"prediction_service", "dashboard"}
    assert not [key for key in job.asset_layer.asset_graph.asset_check_keys if key.name == "up_to_date"]
