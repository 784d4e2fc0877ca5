"""Processes that run side by side until Ctrl-C: started together, watched, stopped together.

What lives here: starting, waiting until ready, noticing that one ended, stopping all. What the
services are is in `up`.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from spx_assets.errors import SpxError, UsageError

LOOPBACK = "127.0.0.1"
READY_WITHIN_S = 90.0
STOP_WITHIN_S = 15.0
LOOK_EVERY_S = 0.2


@dataclass(frozen=True)
class Service:
    """One process: how to start it, and when it counts as ready."""

    name: str
    argv: Sequence[str]
    is_ready: Callable[[], bool]


def answers(url: str) -> Callable[[], bool]:
    """Ready when `url` answers with a success."""

    def ask() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310  # a loopback address of ours
                return bool(response.status < 400)
        except (urllib.error.URLError, OSError):
            return False

    return ask


def exists(path: Path) -> Callable[[], bool]:
    """Ready when `path` is there."""
    return path.exists


def require_free(port: int, setting: str) -> None:
    """Refuse to start on a port that someone else listens on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise UsageError(
                f"Port {port} on {LOOPBACK} is taken",
                evidence=str(error),
                way_out=f"Stop what listens there, or choose another: {setting}={port + 1} spx up",
            ) from error


@contextmanager
def running(
    services: Sequence[Service], *, environment: Mapping[str, str], logs: Path
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """All services, each started when the one before is ready; all stopped on the way out, the last first."""
    logs.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        started: list[subprocess.Popen[bytes]] = []
        for service in services:
            log = stack.enter_context((logs / f"{service.name}.log").open("wb"))
            # Its own session: Ctrl-C in the terminal reaches only us, and we stop the others in order.
            process = subprocess.Popen(  # noqa: S603  # our own command lines
                service.argv, env=dict(environment), stdout=log, stderr=log, start_new_session=True
            )
            stack.callback(_stop, process)
            started.append(process)
            _wait_until_ready(service, process, logs)
        yield started


def _wait_until_ready(service: Service, process: subprocess.Popen[bytes], logs: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while not service.is_ready():
        ended = process.poll()
        if ended is not None or time.monotonic() > deadline:
            how = f"ended with status {ended}" if ended is not None else f"was not ready within {READY_WITHIN_S:.0f} s"
            raise SpxError(
                f"The {service.name} {how}",
                evidence=_tail(logs / f"{service.name}.log"),
                way_out=f"The whole log is {logs / f'{service.name}.log'}.",
            )
        time.sleep(LOOK_EVERY_S)


def wait_for_signal(services: Sequence[Service], processes: Sequence[subprocess.Popen[bytes]], logs: Path) -> None:
    """Return on Ctrl-C or SIGTERM; raise when a service ends by itself."""
    asked: list[int] = []
    previous = {number: signal.signal(number, lambda got, _frame: asked.append(got)) for number in STOP_SIGNALS}
    try:
        while not asked:
            for service, process in zip(services, processes, strict=True):
                if process.poll() is not None:
                    raise SpxError(
                        f"The {service.name} ended with status {process.returncode}",
                        evidence=_tail(logs / f"{service.name}.log"),
                        way_out="Everything was stopped. `spx up` starts it again.",
                    )
            time.sleep(LOOK_EVERY_S)
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the service, and whatever it started, to stop; insist after a while."""
    for number in (signal.SIGINT, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_WITHIN_S)
            if number is signal.SIGKILL:
                return
    process.wait()


def _tail(log: Path, lines: int = 5) -> str:
    return " | ".join(log.read_text(errors="replace").strip().splitlines()[-lines:])
