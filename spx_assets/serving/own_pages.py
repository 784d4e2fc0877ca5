"""Pages of ours that other libraries serve (the asset graph, the dashboard), with what those leave open closed.

No page of another site frames them; only their own pages open a WebSocket, not those of another port of this machine;
and no body of a request is read as a request of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from uvicorn.protocols.http.h11_impl import H11Protocol

from spx_assets.serving.guard import Application, Message, Receive, Scope, Send

# A second policy beside one that a page has: browsers obey both.
FRAMES = ((b"content-security-policy", b"frame-ancestors 'self'"), (b"x-frame-options", b"SAMEORIGIN"))


class Connection(H11Protocol):
    """uvicorn's own protocol over h11: httptools takes the body of a request to upgrade for a request of its own.

    Only a GET becomes a WebSocket: the connection of another would be left open and unanswered.
    """

    def _should_upgrade(self) -> bool:
        return self.scope["method"] == "GET" and super()._should_upgrade()


class OwnPages:
    """ASGI middleware; `names` are hosts whose pages are ours beside that of the request, as behind a proxy."""

    def __init__(self, app: Application, names: Collection[str] = ()) -> None:
        self._app = app
        self._names = {name.casefold() for name in names}

    def __getattr__(self, name: str) -> Any:
        """Whatever else is asked of the application, its state among it."""
        return getattr(self._app, name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, its answer with the policy; close a WebSocket of another page."""
        if scope["type"] == "websocket" and not self._is_own(dict(scope["headers"])):
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "A page of another site."})
            return
        await self._app(scope, receive, unframed(send) if scope["type"] == "http" else send)

    def _is_own(self, headers: Mapping[bytes, bytes]) -> bool:
        """Whether the page that asks is one of this address; a program that is no browser names none."""
        origin = headers.get(b"origin")
        if origin is None:
            return True
        page = urlsplit(origin.decode("latin-1"))
        same = page.netloc.casefold() == headers.get(b"host", b"").decode("latin-1").casefold()
        return same or (page.hostname or "") in self._names


def unframed(send: Send) -> Send:
    """`send` with the headers that keep an answer out of other sites' frames."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *FRAMES]}
        await send(message)

    return sending
