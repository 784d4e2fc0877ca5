"""`landing accept`: what was dropped, what became of it, and a person's word on a rewrite of history."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from spx_assets.commands.printing import Json, show, show_json, show_table
from spx_assets.errors import NotFound, UsageError
from spx_assets.home import accept_candidate, accepted_candidates, open_store
from spx_assets.settings import Settings

# Long enough to recognise the reason by, short enough for a terminal.
SHOWN_CHARACTERS = 110

Accepted = Annotated[
    str, typer.Argument(help="A file in landing/rejected, by name or path, or any file of yours; or a candidate.")
]
Reason = Annotated[str | None, typer.Option(help="Why a candidate that is too good to be true may serve.")]
Horizon = Annotated[int | None, typer.Option(help="Horizon of the candidate in sessions; all when left out.")]
AsOf = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Accept in the home of `spx run --as-of DATE`."),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: spx landing --json")(landing)
    app.command(epilog="Example: spx accept VIX_History.csv")(accept)


def landing(as_json: Json = False) -> None:
    """List what lies in landing/, accepted/ and rejected/, and why it lies there."""
    from spx_assets.landing.folder import Landing  # noqa: PLC0415  # imports pandas

    folder = Landing(Settings.load().landing_root)
    rows = folder.rows()
    if as_json:
        show_json(rows)
        return
    if not rows:
        show(f"Nothing was dropped into {folder.folder} yet.")
        return
    show_table([{**row, "why": _in_short(row["why"])} for row in rows])
    if any(row["state"] == "rejected" for row in rows):
        show("The whole reasons stand beside the files in rejected/, and in `spx landing --json`.")


def _in_short(why: str) -> str:
    line = " ".join(why.split())
    return line if len(line) <= SHOWN_CHARACTERS else f"{line[: SHOWN_CHARACTERS - 1]}…"


def accept(accepted: Accepted, reason: Reason = None, horizon: Horizon = None, as_of: AsOf = None) -> None:
    """Approve what was rejected: a file that revises history, or (with --reason) a candidate that is too good.

    The next run takes it into account; nothing known before is lost.
    """
    at = datetime.now(tz=UTC).isoformat(timespec="seconds")  # the clock is read here and nowhere below
    if reason is not None or horizon is not None or as_of is not None:
        _accept_candidate(accepted, reason, horizon, Settings.load(as_of=as_of.date() if as_of else None), at)
        return
    from spx_assets.landing.folder import Landing  # noqa: PLC0415  # imports pandas

    folder = Landing(Settings.load().landing_root)
    place = folder.approve(Path(accepted), at=at)
    inside = place.parent.resolve() == folder.folder.resolve()
    show(f"{place} may revise history now. `spx run{'' if inside else f' --source {place}'}` reads it.")


def _accept_candidate(name: str, reason: str | None, horizon: int | None, settings: Settings, at: str) -> None:
    """Record the acceptance of a candidate at every horizon, or the one given, at which it is set aside now."""
    from spx_assets import artifacts, forecasting, tasks  # noqa: PLC0415  # pandas and the rooms

    if not (reason or "").strip():
        raise UsageError("An acceptance needs a reason", way_out=f'`spx accept {name} --reason "…"`.')
    store = open_store(settings)
    cleaned, evaluation = (artifacts.table_of(store.read(asset)) for asset in ("cleaned_data", "walk_forward"))
    beyond = tasks.too_good(cleaned, evaluation, settings, accepted_candidates(settings))
    chosen = [
        each
        for each in beyond
        if each.accepted is None and each.trial.candidate == name and horizon in (None, each.trial.horizon)
    ]
    if not chosen:
        aside = [f"{each.trial.candidate} at {each.trial.horizon}" for each in beyond if each.accepted is None]
        raise NotFound(
            f"{name} is not set aside{'' if horizon is None else f' at horizon {horizon}'}",
            evidence=f"set aside: {', '.join(aside) or 'none'}",
            way_out="`spx forecast` names the candidates that are set aside.",
        )
    for each in chosen:
        accept_candidate(
            settings, forecasting.Acceptance(each.trial, each.r2_os, each.forecasts, str(reason).strip(), at)
        )
        show(f"{name}, horizon {each.trial.horizon}: accepted with {each.words}. `spx run` may deploy it now.")
