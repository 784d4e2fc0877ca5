"""The asset graph behind a guard: dagster-webserver has no authentication and does not ask where a request comes from.

Without it any page open in a browser on this machine could launch a run, read one, or forge a materialization. The
guard lets in what names this address and comes from its own pages or from no page at all, over HTTP and WebSocket
alike. Where `SPX_GRAPH_TOKEN` is set, it asks for it as well: once in the address, then in a cookie.
"""

from __future__ import annotations

import hashlib
import hmac
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import uvicorn
from dagster import DagsterInstance
from dagster._core.workspace.context import WorkspaceProcessContext  # what the webserver's own command uses
from dagster._core.workspace.load_target import WorkspaceFileTarget  # same
from dagster_webserver.app import create_app_from_workspace_process_context
from dagster_webserver.version import __version__
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from spx_assets.serving.own_pages import Connection, unframed
from spx_assets.settings import Settings
from spx_assets.settings_services import LOOPBACK, LOOPBACK_NAMES

HOST_NAMES = tuple(f"[{name}]" if ":" in name else name for name in LOOPBACK_NAMES)
TOKEN = "token"  # noqa: S105  # the name of the parameter
# What a browser says of a request that its user or the graph's own page makes; absent when no browser asks.
OWN_SITE = {"same-origin", "none", ""}
# First parts of the paths that do or tell something. The others give the page itself, to which anyone may link.
ANSWERS = {
    "graphql",
    "report_asset_materialization",
    "report_asset_check",
    "report_asset_observation",
    "download_debug",
    "logs",
    "notebook",
    "dagit",
}
# Says which version runs and nothing else; whoever starts the services waits for it.
HEALTH = "/server_info"
# Groups of the asset graph, in the order of the flow; the graph folds them unless its address says otherwise.
GROUPS = ("market", "features", "forecasting", "serving", "reporting", "monitoring")
# Where the bare address leads: Dagster's own first page is a timeline of runs, empty in a new home.
GRAPH_PAGE = f"/asset-groups?{urlencode({'expanded': ','.join(f'global@global:{group}' for group in GROUPS)})}"
# Pages keep a WebSocket open for as long as they are shown.
STOP_WITHIN_S = 3


class Guard:
    """ASGI middleware that refuses foreign hosts, foreign pages and, where a token is set, whoever lacks it."""

    def __init__(self, app: ASGIApp, *, port: int, token: str | None = None) -> None:
        self._app = app
        self._hosts = {f"{name}:{port}" for name in HOST_NAMES} | (set(HOST_NAMES) if port == 80 else set())
        self._token = token or None
        self._cookie = f"spx_graph_{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may enter; answer 403 or 401 to the rest, and close a WebSocket that may not."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] == "http":
            send = unframed(send)
        headers = _headers(scope)
        refusal = self._foreign(scope, headers)
        if refusal is not None:
            await _refuse(scope, receive, send, 403, refusal)
        elif self._is_login(scope):
            await self._login(scope)(scope, receive, send)
        elif not self._is_known(headers) and scope["path"] != HEALTH:
            await _refuse(scope, receive, send, 401, "Open the address with ?token=… once: SPX_GRAPH_TOKEN is set.")
        elif scope["type"] == "http" and scope["path"] == "/":
            await RedirectResponse(GRAPH_PAGE)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _foreign(self, scope: Scope, headers: dict[str, list[str]]) -> str | None:
        """Why the request does not come from here; None when it does."""
        hosts, origins = headers.get("host", []), headers.get("origin", [])
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return "This address is not one of the asset graph."
        if any(urlsplit(origin).netloc.lower() != hosts[0].lower() for origin in origins):
            return "A page of another site may not use the asset graph."
        if not set(headers.get("sec-fetch-site", [""])) <= OWN_SITE and not _is_followed_link(scope, headers):
            return "A page of another site may not use the asset graph."
        return None

    def _is_known(self, headers: dict[str, list[str]]) -> bool:
        if self._token is None:
            return True
        bearer = [value.removeprefix("Bearer ") for value in headers.get("authorization", [])]
        if any(hmac.compare_digest(value.encode(), self._token.encode()) for value in bearer):
            return True
        return any(hmac.compare_digest(value, _digest(self._token)) for value in _cookies(headers, self._cookie))

    def _is_login(self, scope: Scope) -> bool:
        if self._token is None or scope["type"] != "http" or scope["method"] != "GET":
            return False
        given = dict(_query(scope)).get(TOKEN, "")
        return hmac.compare_digest(given.encode(), self._token.encode())

    def _login(self, scope: Scope) -> RedirectResponse:
        """The same address without the token, and a cookie that stands for it."""
        rest = urlencode([(name, value) for name, value in _query(scope) if name != TOKEN])
        # One leading slash only: two would name another host.
        path = f"/{scope['path'].lstrip('/')}"
        answer = RedirectResponse(f"{path}?{rest}" if rest else path, status_code=303)
        answer.set_cookie(self._cookie, _digest(self._token or ""), httponly=True, samesite="strict")
        return answer


def _is_followed_link(scope: Scope, headers: dict[str, list[str]]) -> bool:
    """Whether a person follows a link of another page to one of ours, which that page can then not look into."""
    is_navigation = (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == (["navigate"], ["document"])
    is_page = scope["path"].strip("/").partition("/")[0] not in ANSWERS
    return scope["type"] == "http" and scope["method"] == "GET" and is_navigation and is_page


def _digest(token: str) -> str:
    """What the cookie holds: it opens the graph and does not tell the token."""
    return hmac.new(token.encode(), b"spx asset graph", hashlib.sha256).hexdigest()


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def _cookies(headers: dict[str, list[str]], name: str) -> list[str]:
    try:
        jars = [SimpleCookie(text) for text in headers.get("cookie", [])]
    except CookieError:
        return []
    return [jar[name].value for jar in jars if name in jar]


def _query(scope: Scope) -> list[tuple[str, str]]:
    return parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, why: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": why})
        return
    await PlainTextResponse(f"{why}\n", status_code=status)(scope, receive, send)


@contextmanager
def asset_graph(workspace: Path, *, port: int, token: str | None) -> Iterator[ASGIApp]:
    """Dagster's web application over the code locations of `workspace`, guarded, for the instance of DAGSTER_HOME."""
    with DagsterInstance.get() as instance:
        instance.optimize_for_webserver(statement_timeout=15_000, pool_recycle=3600, max_overflow=20)
        target = WorkspaceFileTarget(paths=[str(workspace)])
        with WorkspaceProcessContext(instance, workspace_load_target=target, version=__version__) as context:
            app = create_app_from_workspace_process_context(context)
            yield Guard(app, port=port, token=token)


def serve(workspace: Path, settings: Settings) -> None:
    """Serve the guarded asset graph on loopback until a signal ends it."""
    token = None if settings.graph_token is None else settings.graph_token.get_secret_value()
    with asset_graph(workspace, port=settings.graph_port, token=token) as app:
        uvicorn.run(app, **options(settings.graph_port))


def options(port: int) -> dict[str, Any]:
    """How uvicorn serves the guarded application."""
    return {
        "host": LOOPBACK,
        "port": port,
        "http": Connection,
        "log_level": "warning",
        "timeout_graceful_shutdown": STOP_WITHIN_S,
        "server_header": False,
    }


if __name__ == "__main__":
    serve(Path(sys.argv[1]), Settings.load())
