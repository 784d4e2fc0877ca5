"""Several workers: forked from one process, so that they share its memory, its socket and its counters.

The parent serves nothing. It replaces a worker that dies, and passes the signals to stop on to all.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# A worker that dies sooner than this is not replaced at once, or the machine does nothing but fork.
SHORTEST_LIFE_S = 1.0
_log = logging.getLogger(__name__)


def supervise(count: int, work: Callable[[int], None]) -> None:
    """Run `work(number)` in `count` processes until SIGINT or SIGTERM, and replace those that end before."""
    stopping: list[int] = []
    processes: dict[int, tuple[int, float]] = {}

    def stop(number: int, _frame: object) -> None:
        stopping.append(number)
        for process in list(processes):
            os.kill(process, signal.SIGTERM)

    previous = {number: signal.signal(number, stop) for number in STOP_SIGNALS}
    try:
        for number in range(count):
            processes[_fork(number, work)] = (number, time.monotonic())
        while processes:
            process, status = os.wait()
            number, since = processes.pop(process)
            if stopping:
                continue
            _log.warning("worker %d ended with status %d and is replaced", number, os.waitstatus_to_exitcode(status))
            time.sleep(max(0.0, SHORTEST_LIFE_S - (time.monotonic() - since)))
            if not stopping:
                processes[_fork(number, work)] = (number, time.monotonic())
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _fork(number: int, work: Callable[[int], None]) -> int:
    process = os.fork()
    if process:
        return process
    status = 1
    for each in STOP_SIGNALS:
        signal.signal(each, signal.SIG_DFL)
    try:
        work(number)
        status = 0
    except BaseException:  # noqa: BLE001  # it ends here either way
        _log.exception("worker %d failed", number)
    finally:
        # Nothing of the parent's is to be flushed or cleaned up here.
        os._exit(status)
