"""`spx serve` in a process of its own, on a free port of loopback."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from spx_assets_tests.product import command, environment

STARTS_WITHIN_S = 60.0


@dataclass(frozen=True)
class Running:
    """A server that answers: its address, its process and its log."""

    url: str
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def get(self, path: str, **options: object) -> httpx.Response:
        """GET a path."""
        return httpx.get(f"{self.url}{path}", timeout=30, **options)  # type: ignore[arg-type]

    def post(self, path: str, document: object, **options: object) -> httpx.Response:
        """POST a JSON document to a path."""
        return httpx.post(f"{self.url}{path}", json=document, timeout=30, **options)  # type: ignore[arg-type]

    def exchange(self, data: bytes, *, wait_s: float = 10.0) -> bytes:
        """All that the server writes on a connection on which `data` was sent, until it closes it."""
        return self.segments(data, wait_s=wait_s)

    def segments(self, *segments: bytes, wait_s: float = 10.0) -> bytes:
        """The same for data that the server reads in several parts: a pause stands between them."""
        return exchanged(self.port, *segments, wait_s=wait_s)


def exchanged(port: int, *segments: bytes, wait_s: float = 10.0) -> bytes:
    """All that a server of loopback writes on a connection on which `segments` were sent, with pauses between them."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait_s) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(segments[0])
        for segment in segments[1:]:
            time.sleep(0.02)
            with suppress(OSError):
                connection.sendall(segment)
        parts = []
        with suppress(ConnectionResetError):
            while part := connection.recv(65536):
                parts.append(part)
    return b"".join(parts)


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running(
    home: Path, log: Path, *, ready: bool = True, errors: Path | None = None, **settings: str
) -> Iterator[Running]:
    """A server over `home` until the end of the block; waits until it is live, or ready.

    Its output goes to `log`; standard error to `errors`, where that is given.
    """
    port = free_port()
    given = environment(home, api_port=str(port), **{"api_drain": "0", **settings})
    with log.open("ab") as lines, (errors or log).open("ab") as error_lines:
        process = subprocess.Popen(command("serve"), env=given, stdout=lines, stderr=error_lines)
        server = Running(f"http://127.0.0.1:{port}", port, process, log)
        try:
            wait_until_answers(server, "/v2/health/ready" if ready else "/v2/health/live")
            yield server
        finally:
            process.terminate()
            process.wait(30)


def wait_until_answers(server: Running, path: str) -> None:
    """Return once a path answers 200; fails with the log when the server ends or is too slow."""
    deadline = time.monotonic() + STARTS_WITHIN_S
    while True:
        try:
            if server.get(path).status_code == 200:
                return
        except httpx.TransportError:
            pass
        assert server.process.poll() is None and time.monotonic() < deadline, server.log.read_text()  # noqa: PT018
        time.sleep(0.02)
