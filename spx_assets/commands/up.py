"""`spx up`: everything at hand, one address each, until Ctrl-C."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import typer

from spx_assets.commands import serve, services
from spx_assets.commands.printing import say, show
from spx_assets.commands.run import AsOf, Horizons, Source, effective, execute
from spx_assets.commands.services import LOOPBACK, Service
from spx_assets.commands.supervisor import running
from spx_assets.dashboard import launch
from spx_assets.errors import NotFound
from spx_assets.home import open_store
from spx_assets.settings import Settings
from spx_assets.settings_services import require_token

WithDashboard = Annotated[bool, typer.Option("--dashboard/--no-dashboard", help="Whether to start the dashboard.")]

WithApi = Annotated[bool, typer.Option("--api/--no-api", help="Whether to start the API.")]

WORKSPACE = """\
load_from:
  - grpc_server: {{socket: "{socket}", location_name: spx_assets}}
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: SPX_GRAPH_PORT=3001 spx up")(up)


def up(
    source: Source = None,
    as_of: AsOf = None,
    horizons: Horizons = None,
    with_api: WithApi = True,
    with_dashboard: WithDashboard = True,
) -> None:
    """Materialize everything if nothing is yet, then serve asset graph, API and dashboard until Ctrl-C."""
    settings = effective(source, as_of, horizons)
    services.require_unserved(settings.root)
    services.require_free(settings.graph_port, "SPX_GRAPH_PORT")
    if with_api:
        require_token(settings, "api")
        services.require_free(settings.api_port, "SPX_API_PORT")
    with_dashboard = with_dashboard and _dashboard_can_start(settings)
    addresses = {"asset graph": graph_address(settings)}
    addresses |= {"API": serve.address(settings)} if with_api else {}
    addresses |= {"dashboard": launch.address(settings)} if with_dashboard else {}
    with services.only_one(settings.root, "spx up", addresses):
        _up(settings, with_api=with_api, with_dashboard=with_dashboard)
    show("stopped")


def _up(settings: Settings, *, with_api: bool, with_dashboard: bool) -> None:
    # The last asset of the flow stands for all: a run that was stopped half-way goes on from here.
    if open_store(settings).current("analysis_report") is None:
        say("nothing is materialized yet, running everything first …")
        execute(settings)
    from spx_assets.orchestration.instance import prepare_instance  # noqa: PLC0415  # imports Dagster

    prepare_instance(settings)
    logs = settings.root.absolute() / "logs"
    with tempfile.TemporaryDirectory(prefix="spx-") as sockets, services.stop_signals() as asked:
        chosen = graph_services(settings, Path(sockets))
        if with_api:
            chosen.append(api_service(settings))
        if with_dashboard:
            chosen.append(dashboard_service(settings))
        with running(chosen, environment=environment(settings), logs=logs, asked=asked) as supervisor:
            if not asked:
                show(f"asset graph  {graph_url(settings)}")
                if with_api:
                    show(f"API          {serve.address(settings)}/docs")
                if with_dashboard:
                    show(f"dashboard    {launch.address(settings)}")
                show(f"report       {_report(settings)}")
                show("Ctrl-C stops everything.")
            supervisor.watch()


def graph_services(settings: Settings, folder: Path) -> list[Service]:
    """One code server shared by Dagster's webserver and its daemon, which starts the runs they ask for.

    They meet at a socket in `folder`, which only its owner may enter.
    """
    socket, workspace = folder / "code.sock", folder / "workspace.yaml"
    workspace.write_text(WORKSPACE.format(socket=socket))
    python = [sys.executable, "-m"]
    at_server = ["--workspace", str(workspace)]
    url = graph_address(settings)
    return [
        Service(
            "code server",
            [*python, "spx_assets.orchestration.code_server", "-m", "spx_assets.definitions", "--socket", str(socket)],
            services.listens(socket),
        ),
        Service("daemon", [*python, "dagster._daemon", "run", *at_server], lambda: True),
        Service(
            "asset graph",
            [*python, "spx_assets.orchestration.webserver", str(workspace)],
            services.answers(f"{url}/server_info"),
        ),
    ]


def api_service(settings: Settings) -> Service:
    """The API, as `spx serve` starts it; it counts as ready once it answers, with a model or without."""
    return Service(
        "API",
        [sys.executable, "-m", "spx_assets.cli", "serve"],
        services.answers(f"{serve.address(settings)}/v2/health/live"),
    )


def dashboard_service(settings: Settings) -> Service:
    """The dashboard, as `spx dashboard` starts it."""
    return Service(
        "dashboard",
        [sys.executable, "-m", "spx_assets.cli", "dashboard"],
        services.answers(f"{launch.address(settings)}/_stcore/health"),
    )


def graph_address(settings: Settings) -> str:
    """Where the asset graph listens."""
    return f"http://{LOOPBACK}:{settings.graph_port}"


def graph_url(settings: Settings) -> str:
    """The address of the asset graph, with the token, where one is set; the server leads on to the graph's page."""
    token = "" if settings.graph_token is None else f"?{urlencode({'token': settings.graph_token.get_secret_value()})}"
    return f"http://{LOOPBACK}:{settings.graph_port}/{token}"


def environment(settings: Settings) -> dict[str, str]:
    """The environment of the services: the effective settings, with absolute homes."""
    given = {
        "SPX_HOME": str(settings.home.absolute()),
        "SPX_SOURCE": settings.source,
        "SPX_HORIZONS": ",".join(map(str, settings.horizons)),
        "SPX_GRAPH_PORT": str(settings.graph_port),
        "DAGSTER_HOME": str(settings.dagster_home.absolute()),
    }
    if settings.as_of is not None:
        given["SPX_AS_OF"] = settings.as_of.isoformat()
    return {**os.environ, **given}


def _dashboard_can_start(settings: Settings) -> bool:
    """Whether Streamlit is installed, said when it is not; what else would stop it is refused now, not later."""
    try:
        launch.require_installed()
    except NotFound as missing:
        say(f"no dashboard: {missing}")
        return False
    require_token(settings, "dashboard")
    services.require_free(settings.dashboard_port, "SPX_DASHBOARD_PORT")
    return True


def _report(settings: Settings) -> Path:
    return (open_store(settings).path("analysis_report") / "analysis_report.pdf").absolute()
