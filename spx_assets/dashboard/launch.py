"""How Streamlit is started: where it listens, what it must not do, how it looks.

Everything is on the command line, which wins over a user's own configuration. Promise: loopback unless told, and
then only with a token; no statistics sent, no traceback in the page, no file watcher, no upload.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from spx_assets.dashboard import counters
from spx_assets.errors import NotFound
from spx_assets.settings import Settings
from spx_assets.settings_services import EVERY_ADDRESS, LOOPBACK, require_token

APP = Path(__file__).parent / "app.py"

# Contrast of text at least 4.5:1, of the primary colour at least 4.5:1 against the page.
THEME: Mapping[str, str] = {
    "theme.baseRadius": "small",
    "theme.baseFontSize": "15",
    "theme.headingFontSizes": '["2rem", "1.25rem", "1rem"]',
    "theme.showWidgetBorder": "true",
    "theme.paddingTop": "3.5rem",
    "theme.light.primaryColor": "#0B5A8F",
    "theme.light.backgroundColor": "#FFFFFF",
    "theme.light.secondaryBackgroundColor": "#F3F5F7",
    "theme.light.textColor": "#0F1419",
    "theme.light.borderColor": "#D5DAE0",
    "theme.light.linkColor": "#0B5A8F",
    "theme.light.codeTextColor": "#0F1419",
    "theme.dark.primaryColor": "#6CB8E6",
    "theme.dark.backgroundColor": "#12161B",
    "theme.dark.secondaryBackgroundColor": "#1C222A",
    "theme.dark.textColor": "#E8ECF0",
    "theme.dark.borderColor": "#3A434E",
    "theme.dark.linkColor": "#6CB8E6",
    "theme.dark.codeTextColor": "#E8ECF0",
}
BEHAVIOUR: Mapping[str, str] = {
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "server.runOnSave": "false",
    "server.enableCORS": "true",
    "server.enableXsrfProtection": "true",
    "server.enableAgentApi": "false",
    "server.maxUploadSize": "1",
    "browser.gatherUsageStats": "false",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": "false",
    "client.toolbarMode": "minimal",
    # Its own CSV is not safe to open in a spreadsheet; ours is (downloads).
    "client.disableDataExport": "true",
    "logger.hideWelcomeMessage": "true",
    "logger.level": "warning",
}


def serve(settings: Settings) -> None:
    """Run the dashboard in this process until it is told to stop.

    Raises:
        NotFound: when Streamlit is not installed.
        SettingsError: when it should listen beyond loopback without a token.

    """
    options = arguments(settings)
    from streamlit import net_util  # noqa: PLC0415  # the extra `dashboard`
    from streamlit.web.cli import main  # noqa: PLC0415  # the extra `dashboard`

    from spx_assets.dashboard import pages  # noqa: PLC0415  # pandas

    pages.warm(settings, datetime.now(UTC))
    # Streamlit asks a public server for this machine's address whenever a foreign page knocks; it must stay at home.
    net_util.get_external_ip = lambda: None
    _close_doors(settings)
    folder = settings.root / "dashboard"
    counters.started(folder, at=datetime.now(UTC))
    try:
        main(args=options, prog_name="spx dashboard", standalone_mode=False)
    finally:
        counters.stopped(folder, at=datetime.now(UTC))


def _close_doors(settings: Settings) -> None:
    """Let Streamlit's server serve its application as `own_pages` says.

    It has no option for either: its own rule lets a page of any port of this machine open the dashboard's WebSocket.
    """
    from streamlit.web.server.starlette import starlette_server  # noqa: PLC0415  # the extra `dashboard`

    from spx_assets.serving.own_pages import Connection, OwnPages  # noqa: PLC0415  # uvicorn

    server: Any = starlette_server
    made, options = server.create_starlette_app, server._get_uvicorn_config_kwargs  # noqa: SLF001
    server.create_starlette_app = lambda runtime: OwnPages(made(runtime), settings.api_allowed_hosts)
    server._get_uvicorn_config_kwargs = lambda: {**options(), "http": Connection}  # noqa: SLF001


def arguments(settings: Settings) -> list[str]:
    """The arguments of `streamlit`; refused as `serve` says."""
    require_installed()
    require_token(settings, "dashboard")
    where = {
        "server.address": settings.dashboard_host,
        "server.port": str(settings.dashboard_port),
        "browser.serverAddress": settings.dashboard_host,
    }
    options = [f"--{name}={value}" for name, value in {**where, **BEHAVIOUR, **THEME}.items()]
    # Against a name that was pointed at this machine to get in (DNS rebinding).
    return ["run", str(APP), *options, *(f"--server.allowedHosts={host}" for host in allowed_hosts(settings))]


def allowed_hosts(settings: Settings) -> tuple[str, ...]:
    """The names a request may call this server by; any, where it listens on every address and none is given."""
    if settings.dashboard_host in EVERY_ADDRESS and not settings.api_allowed_hosts:
        return ("*",)
    return tuple(dict.fromkeys(("localhost", "127.0.0.1", settings.dashboard_host, *settings.api_allowed_hosts)))


def address(settings: Settings) -> str:
    """The address to type into a browser on this machine."""
    host = LOOPBACK if settings.dashboard_host in EVERY_ADDRESS else settings.dashboard_host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.dashboard_port}"


def require_installed() -> None:
    """Refuse when Streamlit is not there."""
    if find_spec("streamlit") is None:
        raise NotFound(
            "The dashboard needs Streamlit, which is not installed",
            way_out="`pip install 'spx-assets[dashboard]'` brings it.",
        )
