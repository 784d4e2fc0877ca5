"""One clock for a source's requests: no read, write, handshake or look-up of a name outlasts it.

A timeout per read, as clients offer it, lets a server that sends a byte at a time go on for ever.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import httpcore

T = TypeVar("T")
# An address that swallows packets must not use up the time of the next one.
_CONNECT_S = 10.0


class Deadline:
    """A stretch of time that begins now."""

    def __init__(self, seconds: float, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._ends = monotonic() + seconds

    def now(self) -> float:
        """The clock it goes by."""
        return self._monotonic()

    def left(self) -> float:
        """Seconds left; negative when it has passed."""
        return self._ends - self._monotonic()

    def some(self) -> float:
        """Seconds left, of which there are some; ReadTimeout otherwise."""
        left = self.left()
        if left <= 0:
            raise httpcore.ReadTimeout("the deadline has passed")
        return left


def bounded(work: Callable[[], T], seconds: float) -> T:
    """The result of `work`, or TimeoutError once the time is up; work that cannot be stopped is left behind."""
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:  # noqa: BLE001  # raised again in the caller's thread
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not done:
        raise TimeoutError(f"not done after {seconds:g} s")
    return done[0]


class BoundedBackend(httpcore.NetworkBackend):
    """TCP connections every operation of which ends by the deadline."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002  # the deadline decides
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address of the host that answers."""
        options = list(socket_options or ())
        failed: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in self._addresses(host, port):
            try:
                stream = self._backend.connect_tcp(
                    address, port, min(self._deadline.some(), _CONNECT_S), local_address, options
                )
                return _BoundedStream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as reason:
                failed = reason
        self._deadline.some()
        raise httpcore.ConnectError(str(failed)) from failed

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = bounded(lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM), self._deadline.some())
        except TimeoutError as late:
            raise httpcore.ConnectTimeout(f"{host} was not found in time") from late
        except (OSError, UnicodeError) as unknown:
            raise httpcore.ConnectError(f"{host} was not found") from unknown
        return list(dict.fromkeys(str(address[4][0]) for address in found))


class _BoundedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002  # the deadline decides
        return self._stream.read(max_bytes, self._deadline.some())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002  # the deadline decides
        self._stream.write(buffer, self._deadline.some())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002  # the deadline decides
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.some())
        return _BoundedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
