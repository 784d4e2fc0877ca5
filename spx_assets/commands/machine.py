"""`doctor settings`: the machine and the effective settings."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from typing import TYPE_CHECKING, Annotated

import typer

from spx_assets.commands.printing import Json, say, show, show_json, show_table
from spx_assets.errors import DataRefused, SpxError
from spx_assets.home import open_ledger, open_store
from spx_assets.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

EQUAL = "Equal inputs, code and settings: equal to the bit here, numbers within 1e-12 on another kind (version kept)"
NEEDED_DISK_BYTES = 200 * 1024**2


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: SPX_HORIZONS=1,5 spx settings")(settings)
    app.command(epilog="Example: spx doctor")(doctor)


def settings(as_json: Json = False) -> None:
    """Show every setting: its value, where it came from, and what it means."""
    rows = Settings.load().explain()
    show_json(rows) if as_json else show_table(rows)


def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended; nothing is deleted.")] = False,
    as_json: Json = False,
) -> None:
    """Look at the machine, the store, Dagster's records and the ledger. Exit status 3 when something is wrong."""
    if repair:
        for done in _repaired(Settings.load()):
            say(done) if as_json else show(done)
    rows = [{"looked at": name, "ok": ok, "found": found} for name, ok, found in _examinations(Settings.load())]
    show_json(rows) if as_json else show_table(rows)
    wrong = [str(row["looked at"]) for row in rows if not row["ok"]]
    if wrong:
        raise DataRefused(f"Not in order: {', '.join(wrong)}", way_out="The table says what was found.")


def _examinations(effective: Settings) -> Iterator[tuple[str, bool, str]]:
    yield "python", sys.version_info >= (3, 11), sys.version.split()[0]
    yield _examined("packages", _packages)
    yield "processor", True, f"{platform.machine()}. {EQUAL}"
    yield _examined("home", lambda: _home(effective))
    yield _examined("embedded data", _embedded_data)
    yield _examined("store", lambda: _store(effective))
    yield _examined("dagster", lambda: _dagster(effective))
    yield _examined("ledger", lambda: _ledger(effective))


def _examined(name: str, look: Callable[[], str]) -> tuple[str, bool, str]:
    try:
        return name, True, look()
    except (SpxError, OSError) as error:
        return name, False, str(error)


def _packages() -> str:
    needed = [line.split(";")[0] for line in requires("spx-assets") or [] if "extra ==" not in line]
    names = [line.split(">")[0].split("<")[0].strip() for line in needed]
    missing = []
    for name in names:
        try:
            version(name)
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        raise DataRefused(f"Missing packages: {', '.join(missing)}", way_out="pip install --editable .")
    return f"{len(names)} packages, dagster {version('dagster')}, scikit-learn {version('scikit-learn')}"


def _home(effective: Settings) -> str:
    effective.home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(effective.home).free
    if free < NEEDED_DISK_BYTES:
        raise DataRefused(
            f"{effective.home} has {free / 1024**2:,.0f} MiB left", way_out="Make room, or move SPX_HOME."
        )
    return f"{effective.home.absolute()}, {free / 1024**3:,.1f} GiB free"


def _embedded_data() -> str:
    from spx_assets.market.sources import sample  # noqa: PLC0415  # imports pandas

    observations = sample.read().observations
    return f"{len(observations):,} observations to {observations['date'].max():%Y-%m-%d}"


def _store(effective: Settings) -> str:
    verdicts = open_store(effective).verify()
    damaged = [verdict for verdict in verdicts if not verdict.ok]
    if damaged:
        raise DataRefused(f"{len(damaged)} damaged versions", way_out="`spx verify` lists them.")
    return f"{len(verdicts)} versions, all intact"


def _dagster(effective: Settings) -> str:
    from spx_assets.orchestration import instance_files  # noqa: PLC0415  # what examines only Dagster's files

    folder = effective.dagster_home.absolute()
    if found := instance_files.faults(folder, thorough=True):
        raise DataRefused(
            f"Dagster's records in {folder} are damaged",
            evidence="; ".join(map(str, found)),
            way_out="`spx doctor --repair` mends what can be mended.",
        )
    if not instance_files.has_own_databases(folder):
        return "its databases are elsewhere"
    return "runs, events and schedules are sound" if instance_files.is_whole(folder) else "made by the first run"


def _repaired(effective: Settings) -> Iterator[str]:
    from spx_assets.orchestration import instance_files  # noqa: PLC0415  # what examines only Dagster's files

    if instance_files.faults(effective.dagster_home.absolute(), thorough=True):
        from spx_assets.orchestration.instance import repair_instance  # noqa: PLC0415  # imports Dagster

        yield from repair_instance(effective)
    if _has_ledger(effective):
        yield from open_ledger(effective).repair()


def _ledger(effective: Settings) -> str:
    from spx_assets import artifacts, forecasting  # noqa: PLC0415  # pandas and the rooms

    published = artifacts.published_forecasts(open_store(effective))
    is_made = _has_ledger(effective)
    if not is_made and not published:
        return "no forecast was made yet"
    ledger = open_ledger(effective) if is_made else None
    if ledger is not None:
        ledger.examine()
    rows = ledger.rows() if ledger is not None else []
    records = (row.record() for row in rows)
    _require_whole(forecasting.lost_or_changed(published, records, decision_time=effective.decision_time))
    known = sum(row.realised is not None for row in rows)
    moved = len(ledger.quarantined()) if ledger is not None else 0
    said = f"{len(rows):,} forecasts, {known:,} with their outcome, append-only"
    return f"{said}; {moved:,} in quarantine" if moved else said


def _require_whole(lost: pd.DataFrame) -> None:
    if len(lost):
        first = lost.iloc[0]
        raise DataRefused(
            f"{len(lost):,} published forecasts are not in the ledger as they were",
            evidence=f"{first['version']}, origin {first['origin']:%Y-%m-%d}, horizon {first['horizon']}: "
            f"{first['what']}",
            way_out="The ledger was lost, changed, or replaced by an older one: restore it from a backup.",
        )


def _has_ledger(effective: Settings) -> bool:
    """Whether there is one to open: looking makes no file."""
    return effective.ledger_file.exists() or (effective.ledger_url is not None and effective.as_of is None)
