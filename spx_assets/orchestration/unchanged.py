"""Leave an asset as it is when nothing that it is made from has changed: nothing is computed, its record is repeated.

The record is the asset's last materialization in Dagster's event log: its version, what it was made from, its metadata
and checks. It counts only while that version is current in the store and its bytes are verified; a home without the
record, a damaged version, another version of an input, other code, settings or libraries: each has the asset computed.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from typing import Any

import dagster as dg

from spx_assets.errors import ArtifactCorrupt, NotFound
from spx_assets.forecasting.import_path import is_import_path
from spx_assets.orchestration.store_session import StoreSession
from spx_assets.settings import Settings

MADE_FROM = "made from"
PINNED = "pinned"
EVALUATED_AT = "evaluated at"
# Their results are the assets' content: another version of one of them may round, fit or draw otherwise.
LIBRARIES = ("arch", "exchange-calendars", "matplotlib", "numpy", "pandas", "pyarrow", "scikit-learn", "scipy", "skops")
# Checks of the runs between the record and now; each run that leaves the asset as it is repeats them.
RECENT_EVALUATIONS = 20


@dataclass(frozen=True)
class Kept:
    """Stands for the value of an asset that stays as it is; nothing is stored for it."""

    version: str


@dataclass(frozen=True)
class Record:
    """What the last materialization of an asset left: its version, its metadata and its evaluated checks."""

    version: str
    metadata: Mapping[str, Any]
    checks: Sequence[dg.AssetCheckResult]
    why: str = "same inputs, code and settings"


def pinned_record(context: dg.AssetExecutionContext, session: StoreSession) -> Record | None:
    """What stands for an asset that a person pinned: its version as it is, its checks not evaluated; None otherwise."""
    asset = context.asset_key.path[-1]
    pin = session.store.pin(asset)
    if pin is None:
        return None
    why = f"pinned by {pin.by or 'a person'} at {pin.at}: {pin.reason}"
    checks = [
        dg.AssetCheckResult(
            passed=True,
            check_name=key.name,
            severity=dg.AssetCheckSeverity.WARN,
            description=f"not evaluated, {asset} is pinned to version {pin.version}",
        )
        for key in sorted(context.assets_def.check_keys)
    ]
    rows = session.store.read(asset, pin.version).manifest.rows
    metadata = {PINNED: why, **({} if rows is None else {"dagster/row_count": rows})}
    return Record(pin.version, metadata, checks, why)


def made_from(
    context: dg.AssetExecutionContext, session: StoreSession, inputs: Mapping[str, str], also: Mapping[str, object]
) -> str:
    """Everything that decides what the asset holds, in one canonical line; `also` is what is not an asset."""
    spec = context.assets_def.specs_by_key[context.asset_key]
    return json.dumps(
        {
            "code version": spec.code_version,
            "settings": session.settings.digest(),
            "table format": session.settings.table_format,
            "store": str(session.settings.store_root.absolute()),  # a record names files by their paths
            "libraries": _libraries(),
            "inputs": dict(inputs),
            **also,
        },
        sort_keys=True,
        default=str,
    )


def record_if_unchanged(
    context: dg.AssetExecutionContext, session: StoreSession, *, also: Mapping[str, object] | None = None
) -> Record | None:
    """The record of the asset when it is pinned, or made from the very same; None when it has to be computed."""
    if pinned := pinned_record(context, session):
        return pinned
    asset = context.asset_key.path[-1]
    if _runs_code_of_the_user(session.settings):
        return None
    event = context.instance.get_latest_materialization_event(context.asset_key)
    materialization = None if event is None else event.asset_materialization
    if event is None or materialization is None or not _is_current_and_whole(session, asset, materialization):
        return None
    needed = (key.path[-1] for key in context.assets_def.asset_deps[context.asset_key])
    inputs = {name: str(session.store.current(name)) for name in needed if name != asset}
    now = made_from(context, session, inputs, also or {})
    if MADE_FROM not in materialization.metadata or materialization.metadata[MADE_FROM].value != now:
        return None
    checks = _evaluated(context, event.run_id)
    return None if checks is None else Record(_version(materialization), materialization.metadata, checks)


def _is_current_and_whole(session: StoreSession, asset: str, materialization: dg.AssetMaterialization) -> bool:
    """Whether the version that was computed then is the current one, and its stored bytes are what they were."""
    version = _version(materialization)
    if (materialization.tags or {}).get("dagster/data_version") != version:
        return False  # another version than the computed one was made current, by a person
    with suppress(ArtifactCorrupt, NotFound):
        return session.store.current(asset) == version and session.store.read(asset).version == version
    return False


def _version(materialization: dg.AssetMaterialization) -> str:
    entry = materialization.metadata.get("version")
    return "" if entry is None else str(entry.value)


def _evaluated(context: dg.AssetExecutionContext, run_id: str) -> list[dg.AssetCheckResult] | None:
    """The checks of the asset as that run evaluated them; None when one of them is not recorded."""
    results = []
    for key in sorted(context.assets_def.check_keys):
        history = context.instance.event_log_storage.get_asset_check_execution_history(key, RECENT_EVALUATIONS)
        events = [record.event for record in history if record.run_id == run_id and record.event is not None]
        evaluations = [event.asset_check_evaluation for event in events if event.asset_check_evaluation is not None]
        if not evaluations:
            return None
        last = evaluations[0]
        at = datetime.fromtimestamp(events[0].timestamp, UTC).isoformat(timespec="seconds")
        results.append(
            dg.AssetCheckResult(
                passed=last.passed,
                check_name=last.check_name,
                metadata={EVALUATED_AT: at, **last.metadata},
                severity=last.severity,
                description=last.description,
            )
        )
    return results


def _runs_code_of_the_user(settings: Settings) -> bool:
    """Whether a candidate is an import path outside the libraries whose versions are compared."""
    named = [name for name in settings.candidates if is_import_path(name)]
    return any(not name.startswith("sklearn.") for name in named)


@cache
def _libraries() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        with suppress(PackageNotFoundError):
            found[name] = installed(name)
    return found
