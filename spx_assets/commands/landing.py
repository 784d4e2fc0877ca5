"""`landing accept`: what was dropped, what became of it, and a person's word on a rewrite of history."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from spx_assets.commands.printing import Json, show, show_json, show_table
from spx_assets.settings import Settings

# Long enough to recognise the reason by, short enough for a terminal.
SHOWN_CHARACTERS = 110

File = Annotated[Path, typer.Argument(help="A file in landing/rejected, by name or path, or any file of yours.")]


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


def accept(file: File) -> None:
    """Let a file rewrite history that it was refused for. The next run reads it; nothing known before is lost."""
    from datetime import UTC, datetime  # noqa: PLC0415  # the clock is read here and nowhere below

    from spx_assets.landing.folder import Landing  # noqa: PLC0415  # imports pandas

    folder = Landing(Settings.load().landing_root)
    place = folder.approve(file, at=datetime.now(tz=UTC).isoformat(timespec="seconds"))
    inside = place.parent.resolve() == folder.folder.resolve()
    show(f"{place} may rewrite history now. `spx run{'' if inside else f' --source {place}'}` reads it.")
