"""Running the sidecar: one worker in this process, or several that share a socket and a block of counters.

uvicorn with uvloop and httptools, named so that nothing slower is chosen in silence. Stopping is orderly: not ready,
then a moment in which answers still go out, then no new connections, then the end.
"""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn

from spx_assets.errors import UsageError
from spx_assets.serving.access_log import LineWriter, log_as_json
from spx_assets.serving.app import create_app, shared_metrics
from spx_assets.serving.connection import Connection
from spx_assets.serving.fast_lane import FastLane
from spx_assets.serving.guard import Guard
from spx_assets.serving.metrics import Metrics
from spx_assets.serving.tracing import traced
from spx_assets.serving.workers import supervise
from spx_assets.settings import Settings
from spx_assets.settings_services import require_token

BACKLOG = 2048
STOP_WITHIN_S = 10
LOOK_EVERY_TICKS = 5  # ticks are a tenth of a second
SIGNALS = (signal.SIGINT, signal.SIGTERM)
_log = logging.getLogger(__name__)


class Server(uvicorn.Server):
    """uvicorn's server with deadlines for slow clients and a drained end."""

    def __init__(self, config: uvicorn.Config, guard: Guard) -> None:
        super().__init__(config)
        self._guard = guard
        self._deadline_s = guard.service.settings.api_deadline
        self._drain_s = guard.service.settings.api_drain

    async def on_tick(self, counter: int) -> bool:
        """End connections whose clients are late, now and then."""
        if counter % LOOK_EVERY_TICKS == 0:
            before = asyncio.get_running_loop().time() - self._deadline_s
            for connection in list(self.server_state.connections):
                if isinstance(connection, Connection) and connection.end_if_late(before):
                    self._guard.service.metrics.add("refused_connections")
        return await super().on_tick(counter)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002  # as uvicorn's
        """Stop being ready at once, and stop answering a moment later; a second signal does not wait."""
        service = self._guard.service
        if service.draining:
            self.should_exit = self.force_exit = True
            return
        service.draining = True
        _log.info("stopping: not ready from now on, no answers after %g s", self._drain_s)
        self._loop.call_soon_threadsafe(self._loop.call_later, self._drain_s, self._stop)

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until a signal asks to stop."""
        self._loop = asyncio.get_running_loop()
        await super().serve(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle the signals while inside; an orderly end is no failure, so none is raised again after it."""
        before = {number: signal.signal(number, self.handle_exit) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self) -> None:
        self.should_exit = True


def serve(settings: Settings, listening: socket.socket) -> None:
    """Serve on a socket of `listen` until SIGINT or SIGTERM, with as many workers as the settings say."""
    metrics = shared_metrics(settings.api_workers)
    log_as_json(LineWriter(lambda: metrics.add("dropped_log_lines")))
    _allow_descriptors()
    if settings.api_workers == 1:
        work(settings, metrics, listening, 0)
    else:
        supervise(settings.api_workers, lambda number: work(settings, metrics, listening, number))


def listen(settings: Settings) -> socket.socket:
    """The socket of these settings: from now on clients can connect, and are answered once `serve` runs."""
    require_token(settings, "api")
    return bound_socket(settings.api_host, settings.api_port)


def _allow_descriptors() -> None:
    """As many open files as the system allows, up to what all connections need: the usual limit is below it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = max(soft, 2 * Connection.most_connections)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def work(settings: Settings, metrics: Metrics, listening: socket.socket, number: int) -> None:
    """One worker, until it is asked to stop."""
    metrics.use_block(number)
    guard = create_app(settings, metrics)
    config = uvicorn.Config(
        traced(guard) if settings.api_traces else guard,
        loop="uvloop",
        http=lane_of(guard),
        ws="none",
        lifespan="on",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        timeout_graceful_shutdown=STOP_WITHIN_S,
        backlog=BACKLOG,
    )
    _log.info("worker %d starts, process %d", number, os.getpid())
    Server(config, guard).run(sockets=[listening])
    _log.info("worker %d stopped", number)


def lane_of(guard: Guard) -> type[Connection]:
    """The protocol of this worker's connections, with its fast lane."""
    return type(
        "LanedConnection", (Connection,), {"lane": None if guard.service.settings.api_traces else FastLane(guard)}
    )


def bound_socket(host: str, port: int) -> socket.socket:
    """A listening socket; UsageError when the address is taken or is none of this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise UsageError(
            f"Cannot listen on {host} port {port}",
            evidence=str(error),
            way_out=f"Stop what listens there, or choose another: SPX_API_PORT={port + 1} spx serve",
        ) from error
    listening.setblocking(False)
    return listening
