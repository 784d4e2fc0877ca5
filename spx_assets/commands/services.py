"""A service as a process of its own: how it is started, when it is ready, what must be free; and the signals to stop.

Which services there are is in `up`; starting, watching and stopping them is the `supervisor`'s.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from spx_assets.errors import UsageError
from spx_assets.store import disk

LOOPBACK = "127.0.0.1"
# Which process serves the home, and where: there while it runs.
RUN_FILE = "up.json"
LOCK_FILE = ".up.lock"
# A closed terminal sends SIGHUP; without it here the services would outlive it.
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


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
    """Ready when `url`, an address of this machine, answers with a success; no proxy is ever asked."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ask() -> bool:
        try:
            with direct.open(url, timeout=2) as response:
                return bool(response.status < 400)
        except (urllib.error.URLError, OSError):
            return False

    return ask


def listens(path: Path) -> Callable[[], bool]:
    """Ready when somebody takes connections at the socket `path`; one that was left behind refuses them."""

    def ask() -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(path)) == 0

    return ask


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
def only_one(folder: Path, command: str, listens_at: Mapping[str, str]) -> Iterator[None]:
    """Hold the home in `folder` while inside; UsageError, naming the process and its addresses, where another does.

    The kernel releases the lock of a process that was killed, so what it noted is never taken for a running one.
    """
    note = folder / RUN_FILE
    with disk.reporting(f"{folder} cannot be used as the home"):
        folder.mkdir(parents=True, exist_ok=True)
        held = FileLock(folder / LOCK_FILE, fallback_to_soft=False)
        try:
            held.acquire(timeout=0)
        except Timeout:
            raise _running_already(folder, note) from None
        try:
            draft = note.with_name(f".{RUN_FILE}.{os.getpid()}")
            draft.write_text(json.dumps({"command": command, "pid": os.getpid(), "addresses": dict(listens_at)}) + "\n")
            draft.replace(note)
        except OSError:
            held.release()
            raise
    try:
        yield
    finally:
        note.unlink(missing_ok=True)
        held.release()


def require_unserved(folder: Path) -> None:
    """UsageError where another process serves the home in `folder`; nothing is written, and no home is made."""
    if (folder / LOCK_FILE).exists():
        held = FileLock(folder / LOCK_FILE, fallback_to_soft=False)
        with disk.reporting(f"{folder} cannot be used as the home"):
            try:
                held.acquire(timeout=0)
            except Timeout:
                raise _running_already(folder, folder / RUN_FILE) from None
            held.release()


def _running_already(folder: Path, note: Path) -> UsageError:
    try:
        said = json.loads(note.read_bytes())
        command, pid = str(said["command"]), int(said["pid"])
        where = ", ".join(f"{name} {url}" for name, url in said["addresses"].items())
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        command, pid, where = "another process", 0, "it has not noted its addresses yet"
    return UsageError(
        f"{command} is already running on {folder}",
        evidence=f"process {pid}: {where}" if pid else where,
        way_out="Use its addresses, stop it with Ctrl-C"
        + (f" or `kill {pid}`" if pid else "")
        + ", or set SPX_HOME to another folder.",
    )


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
