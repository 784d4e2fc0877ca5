"""`spx graph`: the asset graph with its sensors and schedules, and no other service."""

from __future__ import annotations

import tempfile
from pathlib import Path

import typer

from spx_assets.commands import services
from spx_assets.commands.printing import show
from spx_assets.commands.run import AsOf, Horizons, Source, effective
from spx_assets.commands.supervisor import running
from spx_assets.commands.up import environment, graph_address, graph_services, graph_url
from spx_assets.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: SPX_GRAPH_PORT=3001 spx graph")(graph)


def graph(source: Source = None, as_of: AsOf = None, horizons: Horizons = None) -> None:
    """Serve the asset graph alone, with what is automated in it, until Ctrl-C. Nothing is materialized first."""
    settings = effective(source, as_of, horizons)
    services.require_unserved(settings.root)
    services.require_free(settings.graph_port, "SPX_GRAPH_PORT")
    with services.only_one(settings.root, "spx graph", {"asset graph": graph_address(settings)}):
        _graph(settings)
    show("stopped")


def _graph(settings: Settings) -> None:
    from spx_assets.orchestration.instance import prepare_instance  # noqa: PLC0415  # imports Dagster

    prepare_instance(settings)
    logs = settings.root.absolute() / "logs"
    with tempfile.TemporaryDirectory(prefix="spx-") as sockets, services.stop_signals() as asked:
        chosen = graph_services(settings, Path(sockets))
        with running(chosen, environment=environment(settings), logs=logs, asked=asked) as supervisor:
            if not asked:
                show(f"asset graph  {graph_url(settings)}")
                show("Ctrl-C stops it.")
            supervisor.watch()
