"""An HTTP server on loopback that answers as it is told, over real sockets: sources at their worst and at their best.

A reply is raw: its bytes are sent as they stand, in pieces, with pauses, and the connection is closed after
them. Whatever a test leaves open is closed with the server.
"""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from spx_assets.market.access import Access


@dataclass(frozen=True)
class Asked:
    """One request as the server received it."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass(frozen=True)
class Reply:
    """Bytes to send, in pieces; after each a pause; then, perhaps, silence."""

    pieces: tuple[bytes, ...]
    pause_s: float = 0.0
    hang_s: float = 0.0


def ok(body: bytes, kind: str = "text/csv", *headers: str) -> Reply:
    """A sound answer."""
    return raw(200, body, f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers)


def raw(status: int, body: bytes, *headers: str) -> Reply:
    """An answer with exactly these headers, sent at once."""
    head = "\r\n".join((f"HTTP/1.1 {status} Whatever", *headers, "Connection: close"))
    return Reply((head.encode() + b"\r\n\r\n" + body,))


def page(body: str = "<!DOCTYPE html><html><body>Pardon our interruption</body></html>") -> Reply:
    """A web page with status 200, as a bot wall answers."""
    return ok(body.encode(), "text/html; charset=utf-8")


def redirect(location: str) -> Reply:
    """A redirection."""
    return raw(302, b"", f"Location: {location}", "Content-Length: 0")


def hang(seconds: float = 30.0) -> Reply:
    """Nothing at all, for a long time."""
    return Reply((), hang_s=seconds)


def drip(body: bytes, *headers: str, pause_s: float = 0.05) -> Reply:
    """A sound answer, a byte at a time."""
    head = "\r\n".join(("HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers)).encode() + b"\r\n\r\n"
    return Reply((head, *(body[i : i + 1] for i in range(len(body)))), pause_s=pause_s)


def drip_headers(pause_s: float = 0.05) -> Reply:
    """Header lines for ever."""
    return Reply((b"HTTP/1.1 200 OK\r\n", *(b"X-Wait: a little\r\n" for _ in range(2_000))), pause_s=pause_s)


def bomb(size: int = 400 * 2**20) -> Reply:
    """A small gzip body that unpacks to `size` bytes of one and the same row."""
    packed = _packed_zeros(size)
    return raw(200, packed, "Content-Type: text/csv", "Content-Encoding: gzip", f"Content-Length: {len(packed)}")


def _packed_zeros(size: int) -> bytes:
    import zlib  # noqa: PLC0415  # the bomb's only

    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b"2024-01-02,13.2\n" * 65_536
    return b"".join([*(pack.compress(block) for _ in range(size // len(block))), pack.flush()])


def packed(body: bytes, cut: int = 0) -> Reply:
    """A gzip answer without Content-Length, perhaps cut short."""
    data = gzip.compress(body)
    return raw(200, data[: len(data) - cut], "Content-Type: text/csv", "Content-Encoding: gzip")


Rule = Callable[[Asked], Reply]


@dataclass
class Server:
    """A listening server: `rule` decides every answer, `asked` is what it was asked."""

    url: str
    rule: Rule
    deadline_s: float = 1.0
    asked: list[Asked] = field(default_factory=list)

    @property
    def access(self) -> Access:
        """Access that has every source at this server, with little patience."""
        urls = dict.fromkeys(("fred_url", "fred_api_url", "cboe_url", "yahoo_url", "stooq_url"), self.url)
        return Access(**urls, deadline_s=self.deadline_s, backoff_s=0.05, allow_loopback=True)


@contextmanager
def serving(rule: Rule | Reply, deadline_s: float = 1.0) -> Iterator[Server]:
    """A server on a free port of loopback, for as long as the block lasts."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)
    always: Rule = (lambda _: rule) if isinstance(rule, Reply) else rule
    server = Server(f"http://127.0.0.1:{listener.getsockname()[1]}", always, deadline_s)
    stopped = threading.Event()
    thread = threading.Thread(target=_accept, args=(listener, server, stopped), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        stopped.set()
        thread.join()
        listener.close()


def _accept(listener: socket.socket, server: Server, stopped: threading.Event) -> None:
    while not stopped.is_set():
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            continue
        threading.Thread(target=_answer, args=(connection, server, stopped), daemon=True).start()


def _answer(connection: socket.socket, server: Server, stopped: threading.Event) -> None:
    with connection:
        try:
            connection.settimeout(5)
            received = b""
            while b"\r\n\r\n" not in received:
                chunk = connection.recv(65_536)
                if not chunk:
                    return
                received += chunk
            asked = _asked(received)
            server.asked.append(asked)
            reply = server.rule(asked)
            for piece in reply.pieces:
                connection.sendall(piece)
                if reply.pause_s and stopped.wait(reply.pause_s):
                    return
            stopped.wait(reply.hang_s)
            _close_gently(connection)
        except OSError:
            return  # the client has gone: that is what a test wanted to see


def _close_gently(connection: socket.socket) -> None:
    # Closing with unread bytes of the client would reset the connection, and lose what was sent.
    connection.shutdown(socket.SHUT_WR)
    connection.settimeout(1)
    ends = time.monotonic() + 1
    while connection.recv(65_536) and time.monotonic() < ends:
        pass


def _asked(received: bytes) -> Asked:
    first, *lines = received.decode("latin-1").partition("\r\n\r\n")[0].split("\r\n")
    target = urlsplit(first.split(" ")[1])
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Asked(target.path, {name: values[-1] for name, values in parse_qs(target.query).items()}, headers)
