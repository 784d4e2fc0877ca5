"""`spx`: every command one call into the rooms below.

What lives here: the list of commands and the exit status. What each command takes and prints is in
`commands/`, one module per kind. Importing this imports no Dagster, pandas or scikit-learn.
"""

from __future__ import annotations

import io
import os
import sys

import typer

from spx_assets.commands import (
    artifacts,
    audit,
    catalogue,
    dashboard,
    graph,
    landing,
    machine,
    replicate,
    run,
    serve,
    tasks,
    up,
)
from spx_assets.commands.printing import say
from spx_assets.errors import SpxError

app = typer.Typer(
    name="spx",
    help="An honest forecast of the S&P 500's return: ingest, clean, evaluate, train, deploy, forecast, report.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for room in (run, up, serve, dashboard, graph, tasks, artifacts, landing, catalogue, audit, machine, replicate):
    room.register(app)


def main() -> None:
    """Run the command line; exit with 0 done, 1 a bug, 2 bad usage or input, 3 data refused, 4 not found."""
    # Interpreters that are started from here must not import a calendar.py of the current folder.
    os.environ["PYTHONSAFEPATH"] = "1"
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that has not every character shows a question mark; the work is not lost for it.
            stream.reconfigure(errors="replace")
    try:
        app()
    except SpxError as error:
        say(f"spx: {error}")  # the one message that a command which was rejected ends with
        sys.exit(error.exit_status)


if __name__ == "__main__":
    main()
