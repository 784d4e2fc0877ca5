"""Hot requests that arrived whole and small, answered from the connection itself: bytes in, bytes out, no task.

The same targets, admission, refusals, ids, metrics and log as in `guard`; what is left out is the traffic of ASGI
messages between them. Whatever is not plain (large, chunked, encoded, versioned, pipelined behind another) is the
guard's.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus

from spx_assets.serving.guard import Guard
from spx_assets.serving.hot import Target
from spx_assets.serving.reply import Call, Headers

LARGEST_BODY = 2**15
_UNUSUAL = frozenset({b"expect", b"content-encoding", b"transfer-encoding", b"upgrade"})


class FastLane:
    """The lane of one guard."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._versions = guard.service.versions
        self._metrics = guard.service.metrics

    def find(self, url: bytes, headers: Mapping[bytes, bytes]) -> Target | None:
        """The target of a POST to `url`, None when it is not for this lane."""
        target = self._guard.hot.plain.get(url)
        if target is None or not _UNUSUAL.isdisjoint(headers):
            return None
        length = headers.get(b"content-length", b"")
        return target if 0 < len(length) < 6 and int(length) <= LARGEST_BODY else None

    def answer(
        self, target: Target, path: str, headers: Mapping[bytes, bytes], body: bytes, peer: str, ending: bytes
    ) -> bytes:
        """The whole answer as it goes over the wire; `ending` are header lines of the connection."""
        start = time.perf_counter()
        guard = self._guard
        identity = guard.identities.of(headers)
        try:
            guard.admission.check(path, headers, peer)
            reply = target.answer(self._versions.current, Call(path, headers, body))
            self._metrics.add("rows", reply.rows)
        except Exception as error:  # noqa: BLE001  # whatever it is, the client is told, and the next request answered
            reply = guard.refusal(error, path, headers, identity)
        if identity.traceparent is not None:
            ending = b"traceparent: %b\r\n%b" % (identity.traceparent, ending)
        made = b"%bx-request-id: %b\r\ncontent-length: %d\r\n%b\r\n%b" % (
            _head(reply.status, reply.headers),
            identity.request_id,
            len(reply.body),
            ending,
            reply.body,
        )
        guard.done("POST", path, target.route, reply.status, start, identity, peer)
        return made


@lru_cache(maxsize=64)
def _head(status: int, headers: Headers) -> bytes:
    lines = [b"HTTP/1.1 %d %b" % (status, HTTPStatus(status).phrase.encode())]
    lines += [b"%b: %b" % header for header in headers]
    return b"\r\n".join([*lines, b"x-content-type-options: nosniff", b""])
