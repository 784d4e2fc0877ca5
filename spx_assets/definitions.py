"""The composition root: settings, store and assets joined into one Dagster code location.

Tests and commands build the same location with replacements; `defs` is what `workspace.yaml`, `dg` and
`dagster dev` load, built when they ask for it, not when this module is imported.
"""

from __future__ import annotations

from typing import Any

import dagster as dg
import pandas as pd

from spx_assets.errors import UsageError
from spx_assets.orchestration.alerts import alert_sensors
from spx_assets.orchestration.assets import all_assets
from spx_assets.orchestration.assets.services import observe_services, service_specs, services_checks
from spx_assets.orchestration.code_version import code_versions
from spx_assets.orchestration.executors import executor
from spx_assets.orchestration.io_managers import io_managers
from spx_assets.orchestration.jobs import all_jobs
from spx_assets.orchestration.schedules import all_schedules
from spx_assets.orchestration.sensors import all_sensors
from spx_assets.orchestration.store_session import StoreSession
from spx_assets.settings import Settings


def build_definitions(
    *,
    settings: Settings | None = None,
    now: pd.Timestamp | None = None,
    loggers: dict[str, dg.LoggerDefinition] | None = None,
    **overrides: Any,
) -> dg.Definitions:
    """The whole code location.

    Args:
        settings: effective settings; read from the environment when None.
        now: the instant taken as the present; the clock's when None.
        loggers: replace Dagster's console logger.
        overrides: single settings by name, such as ``home=...`` or ``source=...``.

    """
    effective = _effective(settings, overrides)
    versions = code_versions(memo=effective.dagster_home / "code_versions.json")
    session = StoreSession(effective, versions)
    clock = (lambda: pd.Timestamp.now(tz="UTC")) if now is None else (lambda: now)
    return dg.Definitions(
        assets=[*all_assets(versions), *service_specs()],
        asset_checks=services_checks(),
        jobs=all_jobs(),
        sensors=[*all_sensors(), observe_services, *alert_sensors(effective)],
        schedules=all_schedules(),
        executor=executor(effective),
        loggers=loggers or {},
        resources={"settings": effective, "session": session, "clock": clock, **io_managers(session)},
    )


def _effective(settings: Settings | None, overrides: dict[str, Any]) -> Settings:
    unknown = sorted(set(overrides) - set(Settings.model_fields))
    if unknown:
        raise UsageError(
            f"build_definitions takes no {', '.join(unknown)}",
            way_out=f"It takes settings, now, loggers and the settings {', '.join(Settings.model_fields)}.",
        )
    if settings is None:
        return Settings.load(**overrides)
    return Settings.checked({**settings.model_dump(), **overrides})


@dg.definitions
def defs() -> dg.Definitions:
    """The code location with the environment's settings."""
    return build_definitions()
