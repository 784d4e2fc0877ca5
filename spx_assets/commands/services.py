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
# A closed terminal sends SIGHUP; without it here the services would outlive it.
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Process = subprocess.Popen[bytes]


@dataclass(frozen=True)
class Service:
    """One process: how to start it, and when it counts as ready."""

    name: str
    argv: Sequence[str]
    is_ready: Callable[[], bool]

    def log(self, folder: Path) -> Path:
        """Where its output goes."""
        return folder / f"{self.name.replace(' ', '-')}.log"


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


def require_free(port: int, setting: str, *, command: str = "spx up") -> None:
    """Refuse to start on a port that someone else listens on; `command` is what to call again with another."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise UsageError(
                f"Port {port} on {LOOPBACK} is taken",
                evidence=str(error),
                way_out=f"Stop what listens there, or choose another: {setting}={port + 1} {command}",
            ) from error


@contextmanager
def running(
    services: Sequence[Service], *, environment: Mapping[str, str], logs: Path, asked: Sequence[int]
) -> Iterator[list[Process]]:
    """All services, each started when the one before is ready; all stopped on the way out, the last first.

    Fewer are running when a stop was asked for meanwhile.
    """
    logs.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        started: list[Process] = []
        for service in services:
            if asked:
                break
            log = stack.enter_context(service.log(logs).open("wb"))
            # Its own session: Ctrl-C in the terminal reaches only us, and we stop the others in order.
            process = subprocess.Popen(  # noqa: S603  # our own command lines
                service.argv, env=dict(environment), stdout=log, stderr=log, start_new_session=True
            )
            stack.callback(_stop, process)
            started.append(process)
            _wait_until_ready(service, process, logs, asked)
        yield started


def _wait_until_ready(service: Service, process: Process, logs: Path, asked: Sequence[int]) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while not asked and not service.is_ready():
        ended = process.poll()
        if ended is not None or time.monotonic() > deadline:
            how = f"ended with status {ended}" if ended is not None else f"was not ready within {READY_WITHIN_S:.0f} s"
            raise SpxError(
                f"The {service.name} {how}",
                evidence=_tail(service.log(logs)),
                way_out=f"The whole log is {service.log(logs)}.",
            )
        time.sleep(LOOK_EVERY_S)


@contextmanager
def stop_signals() -> Iterator[list[int]]:
    """Ctrl-C, SIGTERM and SIGHUP as entries of a list while inside, so that stopping is orderly from the start.

    Processes started inside take the signals' default handling. That matters: a shell's background job ignores
    SIGINT, and Dagster's servers treat SIGTERM as they treat SIGINT.
    """
    asked: list[int] = []
    previous = {number: signal.signal(number, lambda got, _frame: asked.append(got)) for number in STOP_SIGNALS}
    try:
        yield asked
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def watch(services: Sequence[Service], processes: Sequence[Process], logs: Path, asked: Sequence[int]) -> None:
    """Return when a stop was asked for; raise when a service ends by itself."""
    while not asked:
        for service, process in zip(services, processes, strict=False):
            if process.poll() is not None:
                raise SpxError(
                    f"The {service.name} ended with status {process.returncode}",
                    evidence=_tail(service.log(logs)),
                    way_out="Everything was stopped. `spx up` starts it again.",
                )
        time.sleep(LOOK_EVERY_S)


def _stop(process: Process) -> None:
    """Ask the service, and whatever it started, to stop; insist after a while."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_WITHIN_S)
            if number is signal.SIGKILL:
                return
    process.wait()


def _tail(log: Path, lines: int = 5) -> str:
    return " | ".join(log.read_text(errors="replace").strip().splitlines()[-lines:])
