"""Dagster's code server, whose runs begin in a process that has imported everything already.

Its own starts an interpreter per run, which imports for six CPU-seconds before anything is
computed. Here a process is forked from one that keeps the imports, has one thread, and has computed nothing.
"""

from __future__ import annotations

import sys
from multiprocessing import forkserver, get_context
from typing import Any

from dagster._cli.api import grpc_command  # no public name
from dagster._grpc import server  # no public name; where a run's process comes from is no setting

# The code location, and what its steps import when they come to it.
IMPORTED = (
    "spx_assets.orchestration.code_server",
    "spx_assets.definitions",
    "spx_assets.store.ledger",
    "spx_assets.reporting.figures",
    "spx_assets.reporting.pdf",
    "dagster._core.storage.sqlite_storage",
    "exchange_calendars",
    "matplotlib.backends.backend_pdf",
    "skops.io",
    "sklearn.ensemble",
)


class WarmCodeServer(server.DagsterApiServer):
    """Dagster's code server; only where a run's process comes from is another."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._mp_ctx: Any = get_context("forkserver")


def serve(arguments: list[str]) -> None:
    """`dagster api grpc` with these arguments, until a signal ends it."""
    get_context("forkserver").set_forkserver_preload(list(IMPORTED))
    forkserver.ensure_running()  # it imports while nobody waits for it
    setattr(server, "DagsterApiServer", WarmCodeServer)  # noqa: B010  # a type, which is not to be assigned to
    # Dagster would put the current folder first on the path, where a calendar.py may lie.
    grpc_command([*arguments, "--empty-working-directory"])


if __name__ == "__main__":
    serve(sys.argv[1:])
