"""`dashboard`: the page for analysts, on its own."""

from __future__ import annotations

import typer

from spx_assets.commands import services
from spx_assets.commands.printing import show
from spx_assets.dashboard import launch
from spx_assets.settings import Settings
from spx_assets.settings_services import require_token


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: SPX_DASHBOARD_PORT=8502 spx dashboard")(dashboard)


def dashboard() -> None:
    """Serve the dashboard until Ctrl-C. It reads the store and the API, on loopback unless a host and token are set."""
    settings = Settings.load()
    launch.require_installed()
    require_token(settings, "dashboard")
    services.require_free(settings.dashboard_port, "SPX_DASHBOARD_PORT", command="spx dashboard")
    show(f"dashboard  {launch.address(settings)}")
    show("Ctrl-C stops it.")
    launch.serve(settings)
