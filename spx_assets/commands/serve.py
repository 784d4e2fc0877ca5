"""`spx serve`: the API alone, until Ctrl-C."""

from __future__ import annotations

from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import Annotated

import typer

from spx_assets import service_record
from spx_assets.commands.printing import show
from spx_assets.settings import Settings


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
    from spx_assets.serving import server  # noqa: PLC0415  # FastAPI and numpy

    with (
        closing(server.listen(settings)) as listening,
        service_record.kept(settings.root / "serving", address(settings), at=datetime.now(tz=UTC)),
    ):
        with suppress(OSError):  # on a full disk the address is lost, and the service is not
            show(f"API          {address(settings)}")
            show(f"API docs     {address(settings)}/docs")
        server.serve(settings, listening)


def address(settings: Settings) -> str:
    """Where the API is reached from this machine."""
    host = f"[{settings.api_host}]" if ":" in settings.api_host else settings.api_host
    return f"http://{host}:{settings.api_port}"
