"""`spx run`: materialize every asset in this process."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from spx_assets.commands.printing import Json, Moving, say, show, show_json, show_table
from spx_assets.errors import UsageError
from spx_assets.home import open_store, require_writable
from spx_assets.settings import Settings

if TYPE_CHECKING:
    from spx_assets.orchestration.runs import AssetOutcome

# What shells expect of a command that was stopped by Ctrl-C.
INTERRUPTED = 130

Source = Annotated[
    str | None,
    typer.Option(
        help="As SPX_SOURCE: names, files, folders, globs or URIs, in order of preference.", metavar="NAME|PATH|URI"
    ),
]
AsOf = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"], metavar="DATE", help="Work from what was known on this date, in a home of its own."
    ),
]
Horizons = Annotated[str | None, typer.Option(help="Forecast horizons in sessions, such as 1,5,21.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: spx run --source ~/Downloads/VIX_History.csv")(run)


def run(source: Source = None, as_of: AsOf = None, horizons: Horizons = None, as_json: Json = False) -> None:
    """Materialize every asset: observations, features, evaluation, models, forecast and report."""
    execute(effective(source, as_of, horizons), as_json=as_json)


def effective(source: str | None, as_of: datetime | None, horizons: str | None) -> Settings:
    """The settings with the options of `run` and `up` on top; a day that has not come is refused."""
    settings = Settings.load(source=source, as_of=as_of.date() if as_of else None, horizons=horizons)
    today = datetime.now(UTC).date()
    if settings.as_of is not None and settings.as_of > today:
        raise UsageError(
            f"{settings.as_of} has not come yet", evidence=f"today is {today}", way_out="Give a day of the past."
        )
    return settings


def execute(settings: Settings, *, as_json: bool = False) -> None:
    """Run `refresh`, one line per asset, then the summary; raises the refusal that ended it, if one did."""
    require_writable(settings)
    # Dagster takes a second to import; commands that do not run assets must not pay for it.
    from spx_assets import tasks  # noqa: PLC0415
    from spx_assets.commands.files import sample_notes  # noqa: PLC0415  # pandas and the rooms
    from spx_assets.definitions import build_definitions  # noqa: PLC0415
    from spx_assets.orchestration import runs  # noqa: PLC0415
    from spx_assets.orchestration.progress import AtWork, progress_logger  # noqa: PLC0415
    from spx_assets.reporting.labels import age_sentence  # noqa: PLC0415

    tasks.require_candidates(settings)
    at_work, moving = AtWork(), Moving()
    definitions = build_definitions(settings=settings, loggers={"progress": progress_logger(moving.say, at_work)})
    try:
        outcome = runs.execute_until_interrupted(definitions, settings, tick=lambda: moving.show(at_work.line()))
    except KeyboardInterrupt:
        say("stopped. What was stored is whole; `spx run` goes on from there.")
        os._exit(INTERRUPTED)  # the run's thread is still at work, and may be cut off anywhere
    finally:
        moving.clear()
    if as_json:
        show_json({**outcome.as_json(), "sample": sample_notes(open_store(settings))})
    elif outcome.assets:
        show_table(
            [
                {
                    "asset": asset.asset,
                    "version": asset.version,
                    "status": _status(asset),
                    "rows": "" if asset.rows is None else f"{asset.rows:,}",
                    "checks": asset.checks,
                    "seconds": f"{asset.seconds:.2f}",
                }
                for asset in outcome.assets
            ]
        )
    if outcome.refusal is not None:
        raise outcome.refusal
    if not as_json:
        show()
        for asset in outcome.assets:
            if asset.pinned:
                show(f"{asset.asset} is {asset.pinned}. `spx rollback {asset.asset} --release` ends it.")
        for note in sample_notes(open_store(settings)):
            show(note)
        show(_closing(outcome.new_versions, len(outcome.assets), settings))
        if outcome.origin is not None and outcome.age_sessions is not None:
            show(age_sentence(date.fromisoformat(outcome.origin), outcome.age_sessions))


def bring_in_line(settings: Settings, assets: Sequence[str]) -> None:
    """Materialize some assets in this process, as the run after a rollback would; raises what ended it, if anything."""
    from spx_assets.definitions import build_definitions  # noqa: PLC0415  # imports Dagster
    from spx_assets.orchestration import runs  # noqa: PLC0415
    from spx_assets.orchestration.progress import progress_logger  # noqa: PLC0415

    definitions = build_definitions(settings=settings, loggers={"progress": progress_logger(say)})
    if (rejected := runs.execute(definitions, settings, assets=assets).refusal) is not None:
        raise rejected


def _status(asset: AssetOutcome) -> str:
    if asset.pinned:
        return "pinned"
    return "new" if asset.new else "unchanged"


def _closing(new: int, total: int, settings: Settings) -> str:
    where = f"in {settings.store_root}"
    if new == 0:
        return f"Nothing changed: all {total} assets are as they were {where}."
    asked = "" if settings.as_of is None else f" --as-of {settings.as_of}"
    return f"{new} of {total} assets have a new version {where}. `spx forecast{asked}` prints the forecast."
