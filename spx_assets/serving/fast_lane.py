"""Hot requests that arrived whole and small, answered from the connection itself: bytes in, bytes out, no task.

The same targets, admission, refusals, ids, metrics and log as in `guard`; what is left out is the traffic of ASGI
messages between them, and reading the same headers twice: clients send the same ones over and over. Whatever is not
plain (large, chunked, encoded, versioned, a header given twice, pipelined behind another) is the guard's.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple

from spx_assets.serving.guard import Guard
from spx_assets.serving.hot import Target
from spx_assets.serving.reply import Call, Headers

LARGEST_BODY = 2**15
LARGEST_KNOWN_HEAD = 2048
MOST_KNOWN = 256
_UNUSUAL = frozenset({b"expect", b"content-encoding", b"transfer-encoding", b"upgrade"})


class Head(NamedTuple):
    """What was read from the headers of a request for this lane."""

    target: Target
    path: str
    headers: Mapping[bytes, bytes]
    length: int
    keep_alive: bool


class FastLane:
    """The lane of one guard, for all connections of its worker."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._versions = guard.service.versions
        self._metrics = guard.service.metrics
        self._known: dict[bytes, Head] = {}

    def read(self, url: bytes, given: Sequence[tuple[bytes, bytes]], *, keep_alive: bool) -> Head | None:
        """The head of a POST to `url`, None when it is not for this lane."""
        target, headers = self._guard.hot.plain.get(url), dict(given)
        if target is None or len(headers) != len(given) or not _UNUSUAL.isdisjoint(headers):
            return None
        length = headers.get(b"content-length", b"")
        if not 0 < len(length) < 6 or int(length) > LARGEST_BODY:
            return None
        return Head(target, url.decode("ascii"), headers, int(length), keep_alive)

    def known(self, data: bytes) -> tuple[Head, int] | None:
        """The head of a whole request, and where its body begins, where a request began with the same bytes before."""
        end = data.find(b"\r\n\r\n", 0, LARGEST_KNOWN_HEAD) + 4
        head = self._known.get(data[:end])
        return None if head is None or len(data) != end + head.length else (head, end)

    def remember(self, data: bytes, head: Head) -> None:
        """Know the head of `data`, unless it is more than one request, or one with lines that end otherwise."""
        end = data.find(b"\r\n\r\n", 0, LARGEST_KNOWN_HEAD) + 4
        text = data[:end]
        if end != len(data) - head.length or not text.startswith(b"POST ") or text.count(b"\n") != text.count(b"\r\n"):
            return
        if len(self._known) == MOST_KNOWN:
            self._known.clear()
        self._known[text] = head

    def answer(self, head: Head, body: bytes, peer: str, ending: bytes) -> bytes:
        """The whole answer as it goes over the wire; `ending` are header lines of the connection."""
        start = time.perf_counter()
        guard = self._guard
        target, path, headers, _, _ = head
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
