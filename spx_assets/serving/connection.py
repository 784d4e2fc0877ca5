"""uvicorn's HTTP protocol with read and write deadlines, limits of headers and connections, and no upgrades.

uvicorn waits for ever for headers and bodies that never come. Here every connection knows since when its client owes
it bytes, or has not taken those it was sent; `Server` looks over all of them a few times a second. A request to
upgrade (h2c, websocket) is answered as any other, its body read: the parser would take the body for a new request.
"""

from __future__ import annotations

import asyncio
import json
import math
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from spx_assets.serving.fast_lane import FastLane, Head

LARGEST_HEAD = 2**16
# A client that has begun a request keeps its place for as long, even when all places are taken.
STARTED_KEEPS_S = 1.0
_UPGRADE_TOKENS = frozenset({b"upgrade", b"http2-settings"})


class Rejected(Exception):
    """A request that ends its connection before it was read: status, and why."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(status, detail)
        self.status, self.detail = status, detail


class Connection(HttpToolsProtocol):
    """One client's connection. `waiting_since` is loop time; math.inf while the server is processing."""

    lane: FastLane | None = None
    most_connections = 1024
    waiting_since = math.inf
    # Whether nothing of the next request was parsed, and nothing is left to do for the one before.
    _between = False
    _data = b""
    _in_head = True
    _head_bytes = 0
    _head: Head | None = None
    _fed_bytes = 0
    _upgrades = False
    _stopping = False
    _shared_from: list[tuple[bytes, bytes]] | None = None
    _shared = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Wait for the first request; when all places are taken, in the place of a client that is idle."""
        super().connection_made(transport)
        self.waiting_since = self.loop.time()
        self._between = True
        self._peer = self.client[0] if self.client else ""
        if len(self.connections) > self.most_connections and not self._ends_an_idle_one():
            self.refuse(503, "Too many connections at a time.")

    def _ends_an_idle_one(self) -> bool:
        """Close the connection that has been idle longest, or has kept us waiting within a request; False if none."""
        others = [each for each in self.connections if isinstance(each, Connection) and each is not self]
        longest = min((each for each in others if each.may_be_ended), key=lambda each: each.place, default=None)
        if longest is None:
            return False
        longest.transport.close()
        self.connections.discard(longest)
        return True

    @property
    def may_be_ended(self) -> bool:
        """Whether another client may have this place: nothing is being answered, no request has just begun."""
        is_free = self.cycle is None or self.cycle.response_complete
        patience = 0.0 if self._between else STARTED_KEEPS_S
        return is_free and self.waiting_since <= self.loop.time() - patience

    @property
    def place(self) -> tuple[bool, float]:
        """Order in which places are given away: idle ones first, the longest waiting first."""
        return not self._between, self.waiting_since

    def data_received(self, data: bytes) -> None:
        """Parse what came, unless its headers are known, or have grown beyond reason."""
        if self._between and self.lane is not None:
            known = self.lane.known(data)
            if known is not None:
                self._answer(known[0], data[known[1] :])
                return
        self._data = data if self._between else b""
        self._fed_bytes = len(data)
        if self._in_head:
            self._head_bytes += len(data)
        self._unset_keepalive_if_required()
        self._parse(data)
        if self._in_head and self._head_bytes > LARGEST_HEAD:
            self.refuse(431, "The headers are too large.")

    def _parse(self, data: bytes) -> None:
        """Feed the parser; a request to upgrade begins anew without its wish, and then its body follows as usual."""
        while data:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                self._data = b""
                data = self._without_upgrade() + data[upgrade.args[0] :]
                self.parser = httptools.HttpRequestParser(self)
                # As uvicorn's own: what follows a last request is read, and not answered.
                self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
            except httptools.HttpParserCallbackError as error:
                if not isinstance(error.__context__, Rejected):
                    raise
                self.refuse(error.__context__.status, error.__context__.detail)
                return
            except httptools.HttpParserError:
                self.refuse(400, "Invalid HTTP request received.")
                return
            else:
                return

    def _without_upgrade(self) -> bytes:
        """The head that was parsed last, without the headers that ask for another protocol."""
        self._upgrades = False
        lines = [b"%b %b HTTP/%b" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())]
        for name, value in self.headers:
            kept = value
            if name == b"connection":
                kept = b",".join(each for each in value.split(b",") if each.strip().lower() not in _UPGRADE_TOKENS)
            if name != b"upgrade":
                lines.append(b"%b: %b" % (name, kept))
        return b"\r\n".join([*lines, b"", b""])

    def on_message_begin(self) -> None:
        """A request begins: it has from now until the deadline to arrive whole."""
        super().on_message_begin()
        self.waiting_since = self.loop.time()
        self._in_head, self._between = True, False

    def on_headers_complete(self) -> None:
        """The head has arrived: the fast lane takes it, or ASGI."""
        if max(self._head_bytes, self._fed_bytes) > LARGEST_HEAD and self._head_size() > LARGEST_HEAD:
            raise Rejected(431, "The headers are too large.")
        self._in_head, self._head_bytes = False, 0
        if self.parser.should_upgrade():
            if self.parser.get_method() == b"CONNECT":
                raise Rejected(405, "This is no proxy.")
            self._upgrades = True
            return
        is_free = self.cycle is None or self.cycle.response_complete
        if self.lane is not None and is_free and self.parser.get_method() == b"POST":
            keep_alive = self.parser.should_keep_alive()
            self._head = self.lane.read(self.url, self.headers, keep_alive=keep_alive)
            if self._head is not None:
                self._body = b""
                return
        super().on_headers_complete()
        # What may come as trailers of the body is no header of the request.
        self.headers = []

    def _head_size(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        if self._head is None:
            super().on_body(body)
        else:
            self._body += body

    def on_message_complete(self) -> None:
        """The request has arrived: it is our turn."""
        if self._upgrades:
            return
        if self._head is None:
            super().on_message_complete()
            self.waiting_since = math.inf
        elif self.lane is not None:
            self.lane.remember(self._data, self._head)
            self._answer(self._head, self._body)

    def _answer(self, head: Head, body: bytes) -> None:
        assert self.lane is not None
        self._head = None
        keep_alive = self._between = head.keep_alive and not self._stopping
        ending = self._shared_lines() if keep_alive else self._shared_lines() + b"connection: close\r\n"
        self.transport.write(self.lane.answer(head, body, self._peer, ending))
        self.server_state.total_requests += 1
        self.waiting_since = self.loop.time()
        if not keep_alive:
            self.transport.close()
        elif self.flow.write_paused:
            # It does not take its answers: no more questions until it does.
            self.flow.pause_reading()

    def _shared_lines(self) -> bytes:
        """Uvicorn's own headers as lines; it makes a new list of them every second."""
        shared = self.server_state.default_headers
        if shared is not self._shared_from:
            self._shared_from, self._shared = shared, b"".join(b"%b: %b\r\n" % header for header in shared)
        return self._shared

    def on_response_complete(self) -> None:
        """The answer was given: it is the client's turn again."""
        super().on_response_complete()
        self.waiting_since = self.loop.time()

    def shutdown(self) -> None:
        """Close, once the request that is arriving was answered."""
        self._stopping = True
        if self._head is None:
            super().shutdown()

    def pause_writing(self) -> None:
        """The client does not take its answer."""
        super().pause_writing()
        self.waiting_since = self.loop.time()

    def resume_writing(self) -> None:
        """It takes it again."""
        super().resume_writing()
        if self.cycle is None or self.cycle.response_complete:
            self.flow.resume_reading()
            self.waiting_since = self.loop.time()
        else:
            self.waiting_since = math.inf

    def end_if_late(self, before: float) -> bool:
        """Close a connection that has waited since before that time; whether it was closed."""
        if self.waiting_since >= before:
            return False
        busy = self.cycle is not None and not self.cycle.response_complete
        if self.flow.write_paused or (busy and self.cycle.response_started):
            self.transport.abort()
        elif busy or self._head_bytes or self._head is not None:
            self.refuse(408, "The request did not arrive in time.")
        else:
            self.transport.close()
        self.waiting_since = math.inf
        return True

    def refuse(self, status: int, detail: str) -> None:
        """Write a problem document and close."""
        if self.transport.is_closing():
            return
        self._head, self._between = None, False
        title = STATUS_LINE[status].split(b" ", 2)[2].strip().decode()
        document: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        body = json.dumps({**document, "error": detail}).encode()
        retry = b"retry-after: 1\r\n" if status == 503 else b""
        self.transport.write(
            b"%bcontent-type: application/problem+json\r\ncontent-length: %d\r\n%bconnection: close\r\n\r\n%b"
            % (STATUS_LINE[status], len(body), retry, body)
        )
        self.transport.close()
