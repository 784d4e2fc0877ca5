"""Services that run side by side until Ctrl-C: started together, kept running, stopped together.

One that ends by itself is started again after a pause, and that is said; one that ends again and again stops
everything with the reason. What was started by a process that ended is stopped before it is started anew. On Linux
the services are told to stop when this process is killed itself.
"""

from __future__ import annotations

import ctypes
import math
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from spx_assets.commands.printing import Moving, say
from spx_assets.commands.services import Service
from spx_assets.errors import SpxError

READY_WITHIN_S = 90.0
STOP_WITHIN_S = 15.0
LOOK_EVERY_S = 0.2
# The pauses before one that ended, and soon ended again, is started anew; when they are used up, all is stopped.
PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0, *[15.0] * 5)
STEADY_AFTER_S = 10.0
# A service's log is kept up to this size, and the part before it: 50 lines a second make a gigabyte a day.
LARGEST_LOG = 16 * 2**20
PR_SET_PDEATHSIG = 1  # linux/prctl.h

Process = subprocess.Popen[bytes]


@dataclass
class Child:
    """A service and its process; `ends` counts how often it ended in a row, each time soon after it was ready."""

    service: Service
    process: Process
    ready_at: float = math.inf
    ends: int = 0
    again_at: float | None = None


class Supervisor:
    """The services that were started, in their order: one that ends by itself is started again, within bounds."""

    def __init__(self, *, environment: Mapping[str, str], logs: Path, asked: Sequence[int]) -> None:
        self._environment, self._logs, self._asked = dict(environment), logs, asked
        self.children: list[Child] = []

    def start(self, service: Service) -> None:
        """Start the service and wait until it is ready; SpxError when it ends before, or takes too long."""
        _rotate(service.log(self._logs), 0)
        child = Child(service, self._spawn(service))
        self.children.append(child)
        if not self._becomes_ready(child):
            ended = child.process.poll()
            late = f"was not ready within {READY_WITHIN_S:.0f} s"
            raise self._refused(child, late if ended is None else f"ended with status {ended}")

    def watch(self) -> None:
        """Start again what ends, until a stop is asked for; SpxError when a service ends too often in a row."""
        while not self._asked:
            for child in self.children:
                if child.process.poll() is not None:
                    self._mend(child, time.monotonic())
                _rotate(child.service.log(self._logs), LARGEST_LOG)
            time.sleep(LOOK_EVERY_S)

    def stop(self) -> None:
        """Stop all, the last first."""
        for child in reversed(self.children):
            _stop(child.process)

    def _mend(self, child: Child, now: float) -> None:
        """Note that the service ended; once its pause is over, start it anew."""
        if child.again_at is None:
            child.ends = 1 if now - child.ready_at > STEADY_AFTER_S else child.ends + 1
            how = f"ended with status {child.process.returncode}"
            if child.ends > len(PAUSES_S):
                raise self._refused(child, f"{how}, {child.ends} times in a row")
            pause = PAUSES_S[child.ends - 1]
            _stop(child.process)  # what it had started goes with it
            child.again_at = now + pause
            say(f"the {child.service.name} {how}, starting it again in {pause:g} s")
        elif now >= child.again_at:
            child.process, child.again_at, child.ready_at = self._spawn(child.service), None, math.inf
            if self._becomes_ready(child):
                say(f"the {child.service.name} is back")
            elif not self._asked:
                _stop(child.process)

    def _spawn(self, service: Service) -> Process:
        # Opened to append: a log that was cut short goes on at its new end.
        with service.log(self._logs).open("ab") as log:
            # Its own session: Ctrl-C in the terminal reaches only us, and we stop the others in order.
            return subprocess.Popen(  # noqa: S603  # our own command lines
                service.argv,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_told_of_our_end(),  # noqa: PLW1509  # two system calls, no lock that a thread could hold
            )

    def _becomes_ready(self, child: Child) -> bool:
        """Wait for it; False when it ended or took too long. A stop that is asked for ends the waiting."""
        began, moving = time.monotonic(), Moving()
        while not self._asked and not child.service.is_ready():
            waited = time.monotonic() - began
            if child.process.poll() is not None or waited > READY_WITHIN_S:
                moving.clear()
                return False
            moving.show(f"starting the {child.service.name}, {waited:.0f} s")
            time.sleep(LOOK_EVERY_S)
        moving.clear()
        child.ready_at = time.monotonic()
        return True

    def _refused(self, child: Child, how: str) -> SpxError:
        log = child.service.log(self._logs)
        return SpxError(f"The {child.service.name} {how}", evidence=_tail(log), way_out=f"The whole log is {log}.")


@contextmanager
def running(
    services: Sequence[Service], *, environment: Mapping[str, str], logs: Path, asked: Sequence[int]
) -> Iterator[Supervisor]:
    """All services, each started when the one before is ready; all stopped on the way out, the last first.

    Fewer are running when a stop was asked for meanwhile.
    """
    logs.mkdir(parents=True, exist_ok=True)
    supervisor = Supervisor(environment=environment, logs=logs, asked=asked)
    try:
        for service in services:
            if asked:
                break
            supervisor.start(service)
        yield supervisor
    finally:
        supervisor.stop()


def _told_of_our_end() -> Callable[[], None] | None:
    """What a new process does first, so that the kernel asks it to stop when this one is gone; None elsewhere."""
    if not sys.platform.startswith("linux"):
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # gone before it was asked
            os.kill(os.getpid(), signal.SIGTERM)

    return ask


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


def _rotate(log: Path, most: int) -> None:
    """Move what a log holds to `….1`, in the place of what was there, when it is more than `most` bytes.

    The service goes on with the same file, so its content is copied and cut off. Where the disk is full the copy is
    given up and the log cut all the same: it is what can be spared.
    """
    with suppress(OSError):
        if log.stat().st_size <= most:
            return
        earlier = log.with_name(f"{log.name}.1")
        try:
            shutil.copyfile(log, earlier)
        except OSError:
            earlier.unlink(missing_ok=True)
        os.truncate(log, 0)


def _tail(log: Path, lines: int = 5) -> str:
    return " | ".join(log.read_text(errors="replace").strip().splitlines()[-lines:])
