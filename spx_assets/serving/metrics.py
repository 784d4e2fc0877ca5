"""Counters that all workers share: doubles in one piece of memory, a block per worker, added up when they are read.

A worker writes to its own block only, so no update needs a lock. What the numbers are called when Prometheus asks is in
`exposition`.
"""

from __future__ import annotations

import mmap
from bisect import bisect_left
from collections.abc import Sequence

# Upper bounds in seconds; one row takes tens of microseconds, ten thousand some tens of milliseconds.
BOUNDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
STATUSES = (200, 304, 400, 401, 404, 405, 406, 408, 413, 415, 421, 422, 429, 431, 500, 503, 0)
OTHER = ("other", "other")
GAUGES = (
    "in_flight",
    "rows",
    "swaps",
    "load_failures",
    "ledger_failures",
    "dropped_log_lines",
    "refused_connections",
    "started_at",
)
_BYTES = 8


class Metrics:
    """One worker's view of the shared block; `routes` are (method, path template)."""

    def __init__(self, routes: Sequence[tuple[str, str]], workers: int = 1) -> None:
        self.routes = (*dict.fromkeys(routes), OTHER)
        self.workers = workers
        self._index = {route: number for number, route in enumerate(self.routes)}
        self._status = {status: number for number, status in enumerate(STATUSES)}
        self._buckets = len(BOUNDS) + 1
        self._durations = len(self.routes) * len(STATUSES)
        self._sums = self._durations + len(self.routes) * self._buckets
        self._gauges = self._sums + len(self.routes)
        self._size = self._gauges + len(GAUGES)
        self._cells = {name: self._gauges + number for number, name in enumerate(GAUGES)}
        # Anonymous and shared: forked workers see the same pages, and nothing is left on any disk.
        self._all = memoryview(mmap.mmap(-1, self._size * workers * _BYTES)).cast("d")
        self.use_block(0)

    def use_block(self, worker: int) -> None:
        """Write to the block of this worker from now on."""
        self._own = self._all[worker * self._size : (worker + 1) * self._size]

    def route(self, method: str, path: str) -> int:
        """The number of a route; of the last one, for all that is no route of ours."""
        return self._index.get((method, path), len(self.routes) - 1)

    def observe(self, route: int, status: int, seconds: float) -> None:
        """One answered request."""
        own = self._own
        own[route * len(STATUSES) + self._status.get(status, len(STATUSES) - 1)] += 1
        own[self._durations + route * self._buckets + bisect_left(BOUNDS, seconds)] += 1
        own[self._sums + route] += seconds

    def add(self, name: str, value: float = 1.0) -> None:
        """Add to a gauge or counter of this worker."""
        self._own[self._cells[name]] += value

    def put(self, name: str, value: float) -> None:
        """Set a gauge of this worker."""
        self._own[self._cells[name]] = value

    def total(self, name: str) -> float:
        """A gauge or counter over all workers."""
        return self._total(self._cells[name])

    def requests(self, route: int) -> dict[int, float]:
        """Answers by status, those that occurred; status 0 stands for all that are not listed."""
        start = route * len(STATUSES)
        counts = {status: self._total(start + number) for number, status in enumerate(STATUSES)}
        return {status: count for status, count in counts.items() if count}

    def durations(self, route: int) -> tuple[list[float], float]:
        """Requests per bucket, not accumulated, and the sum of their seconds."""
        start = self._durations + route * self._buckets
        return [self._total(start + bucket) for bucket in range(self._buckets)], self._total(self._sums + route)

    def _total(self, cell: int) -> float:
        return sum(self._all[worker * self._size + cell] for worker in range(self.workers))
