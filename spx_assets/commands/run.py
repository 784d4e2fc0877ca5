"""`spx run`: materialize every asset in this process."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from spx_assets.commands.printing import Json, say, show, show_json, show_table
from spx_assets.settings import Settings

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
    settings = Settings.load(source=source, as_of=as_of.date() if as_of else None, horizons=horizons)
    execute(settings, as_json=as_json)


def execute(settings: Settings, *, as_json: bool = False) -> None:
    """Run `refresh`, one line per asset, then the summary; raises the refusal that ended it, if one did."""
    # Dagster takes a second to import; commands that do not run assets must not pay for it.
    from spx_assets.definitions import build_definitions  # noqa: PLC0415
    from spx_assets.orchestration import runs  # noqa: PLC0415
    from spx_assets.orchestration.progress import progress_logger  # noqa: PLC0415

    definitions = build_definitions(settings=settings, loggers={"progress": progress_logger(say)})
    outcome = runs.execute(definitions, settings)
    if as_json:
        show_json(outcome.as_json())
    elif outcome.assets:
        show_table(
            [
                {
                    "asset": asset.asset,
                    "version": asset.version,
                    "is": "new" if asset.new else "unchanged",
                    "rows": "" if asset.rows is None else f"{asset.rows:,}",
                    "checks": asset.checks,
                    "seconds": round(asset.seconds, 2),
                }
                for asset in outcome.assets
            ]
        )
    if outcome.refusal is not None:
        raise outcome.refusal
    if not as_json:
        show()
        show(_closing(outcome.new_versions, len(outcome.assets), settings))


def _closing(new: int, total: int, settings: Settings) -> str:
    where = f"in {settings.store_root}"
    if new == 0:
        return f"Nothing changed: all {total} assets are as they were {where}."
    return f"{new} of {total} assets have a new version {where}. `spx forecast` prints the forecast."
