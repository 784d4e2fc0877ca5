"""`spx serve`: the API alone, until Ctrl-C."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from spx_assets import service_record
from spx_assets.commands.printing import show
from spx_assets.settings import Settings
from spx_assets.settings_services import require_token


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: SPX_API_PORT=8001 spx serve --workers 2")(serve)


def serve(
    host: Annotated[str | None, typer.Option(help="As SPX_API_HOST; beyond loopback it needs SPX_API_TOKEN.")] = None,
    port: Annotated[int | None, typer.Option(help="As SPX_API_PORT.")] = None,
    workers: Annotated[int | None, typer.Option(help="As SPX_API_WORKERS: processes that serve.")] = None,
) -> None:
    """Serve predictions over HTTP from the deployed model, and follow it when it changes, until Ctrl-C."""
    settings = Settings.load(api_host=host, api_port=port, api_workers=workers)
    require_token(settings, "api")
    from spx_assets.serving import server  # noqa: PLC0415  # FastAPI and numpy

    show(f"API          {address(settings)}")
    show(f"documents    {address(settings)}/docs")
    with service_record.kept(settings.root / "serving", address(settings), at=datetime.now(tz=UTC)):
        server.serve(settings)


def address(settings: Settings) -> str:
    """Where the API is reached from this machine."""
    host = f"[{settings.api_host}]" if ":" in settings.api_host else settings.api_host
    return f"http://{host}:{settings.api_port}"
