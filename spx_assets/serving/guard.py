"""What stands in front of every route: admission, bounded bodies and concurrency, ids, metrics, log, one way to refuse.

Plain ASGI. Hot routes are answered here, from the whole body to the whole answer, without a framework in between; all
others are FastAPI's. How long a request may take to arrive is watched where its bytes arrive, in `connection`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from spx_assets.serving import problems
from spx_assets.serving.access_log import AccessLog
from spx_assets.serving.admission import Admission
from spx_assets.serving.hot import HotRoutes
from spx_assets.serving.identity import Identities, Identity
from spx_assets.serving.problems import Problem, reject_unknown_query, unavailable
from spx_assets.serving.reply import Call, Reply
from spx_assets.serving.service import Service

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

CLIENT_LEFT = 0
NOSNIFF = (b"x-content-type-options", b"nosniff")
SECURITY = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
)
_log = logging.getLogger(__name__)


class Gone(Exception):
    """The client left before its request had arrived."""


@dataclass(frozen=True)
class Limits:
    """Bytes of one body and of all bodies held at a time, and requests answered at a time, per worker."""

    body_bytes: int
    held_bytes: int
    concurrency: int


class Guard:
    """The ASGI application that uvicorn runs."""

    def __init__(
        self,
        cold: Application,
        hot: HotRoutes,
        *,
        service: Service,
        admission: Admission,
        log: AccessLog,
        limits: Limits,
        root_path: str = "",
    ) -> None:
        self._cold = cold
        self.hot = hot
        self.service = service
        self.admission = admission
        self.identities = Identities()
        self._log = log
        self._limits = limits
        self._root_path = root_path
        self._in_flight = 0
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and always answer it."""
        if scope["type"] != "http":
            await self._cold(scope, receive, send)
            return
        start = time.perf_counter()
        if scope["path"].endswith("/") or self._root_path:
            scope = {**scope, "path": self._plain_path(scope["path"])}
        headers = dict(scope["headers"])
        identity = self.identities.of(headers)
        client = scope.get("client")
        peer = client[0] if client else ""
        self._in_flight += 1
        self.service.metrics.put("in_flight", self._in_flight)
        try:
            status, route = await self._answer(scope, receive, send, headers, identity, peer)
        except Gone:
            status, route = CLIENT_LEFT, self.service.metrics.route("", "")
        finally:
            self._in_flight -= 1
            self.service.metrics.put("in_flight", self._in_flight)
        self.done(scope["method"], scope["path"], route, status, start, identity, peer)

    def _plain_path(self, path: str) -> str:
        """The path without the prefix under which a proxy publishes the API, and without slashes at its end."""
        root = self._root_path
        if root and (path == root or path.startswith(f"{root}/")):
            path = path[len(root) :]
        return path.rstrip("/") or "/"

    def done(
        self, method: str, path: str, route: int, status: int, start: float, identity: Identity, peer: str
    ) -> None:
        """Count a request, and log it unless too many are."""
        seconds = time.perf_counter() - start
        self.service.metrics.observe(route, status, seconds)
        if not self._log.wants(status):
            return
        trace = {} if identity.traceparent is None else {"trace_id": identity.traceparent[3:35].decode()}
        self._log.line(
            {
                "request_id": identity.request_id.decode(),
                **trace,
                "client": peer,
                "method": method,
                "path": path[:200],
                "status": status or "client left",
                "ms": round(1000 * seconds, 3),
                "model_version": self.service.model.version,
            }
        )

    def refusal(self, error: Exception, path: str, headers: Mapping[bytes, bytes], identity: Identity) -> Reply:
        """The answer to a request that was refused, or that met a fault of ours."""
        if not isinstance(error, Problem):
            _log.error("request %s failed", identity.request_id.decode(), exc_info=error)
            error = Problem(500, "This is a fault of the service, and was logged.")
        return problems.reply(error, path=path, accept=headers.get(b"accept", b""))

    async def _answer(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        headers: Mapping[bytes, bytes],
        identity: Identity,
        peer: str,
    ) -> tuple[int, int]:
        """Status and route of the answer that was sent."""
        path, method = scope["path"], scope["method"]
        route = self.service.metrics.route(method, path)
        try:
            self._refuse_when_full()
            _refuse_two_hosts(scope["headers"], headers)
            self.admission.check(path, headers, peer)
            target = self.hot.find(path)
            if target is not None and method != "POST":
                raise Problem(405, "The route takes POST.", headers={"allow": "POST"})  # noqa: TRY301  # one place refuses
            if target is not None and scope.get("query_string"):
                reject_unknown_query(list(dict(parse_qsl(scope["query_string"].decode("latin-1"), True))), ())
            if target is None:
                return await self._pass_on(scope, receive, send, identity)
            route = target.route
            reply = await self.hot.answer(target, Call(path, headers, await self._body(receive, headers)))
            self.service.metrics.add("rows", reply.rows)
        except Gone:
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is, the client is told, and the next request answered
            reply = self.refusal(error, path, headers, identity)
        await _send(send, reply, identity)
        return reply.status, route

    def _refuse_when_full(self) -> None:
        if self._in_flight > self._limits.concurrency:
            raise unavailable("Too many requests at a time.", way_out="Try again shortly.")

    async def _body(self, receive: Receive, headers: Mapping[bytes, bytes]) -> bytes:
        """The whole body; Problem 413 when it is, or says it is, larger than allowed."""
        if headers.get(b"content-encoding", b"identity").strip().lower() not in {b"identity", b""}:
            raise Problem(415, "The body is encoded.", field="content-encoding", way_out="Send it as it is.")
        declared = headers.get(b"content-length", b"0")
        if len(declared) > 18 or int(declared) > self._limits.body_bytes:
            raise self._too_large()
        parts: list[bytes] = []
        size, more = 0, True
        try:
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                part, more = message.get("body", b""), message.get("more_body", False)
                parts.append(part)
                size += len(part)
                self._held += len(part)
                if size > self._limits.body_bytes:
                    raise self._too_large()
                if self._held > self._limits.held_bytes:
                    raise unavailable("Too many large requests at a time.", way_out="Try again shortly.")
            return b"".join(parts)
        finally:
            self._held -= size

    def _too_large(self) -> Problem:
        return Problem(
            413,
            f"The body is larger than {self._limits.body_bytes:,} bytes.",
            way_out="Send fewer rows at a time.",
            headers={"connection": "close"},
        )

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send, identity: Identity) -> tuple[int, int]:
        """Let FastAPI answer; its answer gets the headers that all answers share."""
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                given = list(message["headers"])
                names = {name for name, _ in given}
                given += [header for header in (NOSNIFF, *SECURITY) if header[0] not in names]
                message = {**message, "headers": [*given, *identity.headers()]}
            await send(message)

        # uvicorn leaves the body out of an answer to HEAD; the route is that of GET.
        inner = {**scope, "method": "GET"} if scope["method"] == "HEAD" else {**scope}
        try:
            await self._cold(inner, receive, sending)
        except Exception:
            # Starlette has answered with our 500, and raises for whoever logs.
            _log.exception("request %s failed", identity.request_id.decode())
            if not status:
                raise
        template = getattr(inner.get("route"), "path", "")
        return status, self.service.metrics.route(inner["method"], template)


def _refuse_two_hosts(given: Sequence[tuple[bytes, bytes]], headers: Mapping[bytes, bytes]) -> None:
    """RFC 9112, 3.2: whoever stands in front may have read the other one."""
    if len(given) != len(headers) and sum(name == b"host" for name, _ in given) > 1:
        raise Problem(400, "The request names two hosts.", field="host")


async def _send(send: Send, reply: Reply, identity: Identity) -> None:
    headers = [*reply.headers, (b"content-length", b"%d" % len(reply.body)), NOSNIFF, *identity.headers()]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
