"""One JSON line per request on standard error, fewer of them when busy; failures are always written, within reason.

What is logged is what is known without the body: never data, never a token. A line that cannot be written, because the
disk is full or nobody reads the pipe, is dropped and counted: no answer waits for a line or fails with it.
"""

from __future__ import annotations

import json
import logging
import os
import select
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

LINES_PER_SECOND = 50
FAILURES_PER_SECOND = 200
STANDARD_ERROR = 2


class LineWriter:
    """Lines to a file descriptor, at once and unbuffered; `dropped` is told of each that cannot be written."""

    def __init__(self, dropped: Callable[[], object] = lambda: None, *, descriptor: int = STANDARD_ERROR) -> None:
        self._dropped = dropped
        self._descriptor = descriptor
        self._in_line = False

    def __call__(self, line: str) -> None:
        """Write a line that ends with a newline, or drop it."""
        # What was cut off in the middle by a full disk is no part of this line.
        data = (b"\n" if self._in_line else b"") + line.encode("utf-8", "backslashreplace")
        try:
            # A pipe that nobody reads would block the server.
            _, free, _ = select.select((), (self._descriptor,), (), 0)
            written = os.write(self._descriptor, data) if free else 0
        except OSError:
            written = 0
        if written < len(data):
            self._in_line = self._in_line or written > 0
            self._dropped()
        else:
            self._in_line = False


class AccessLog:
    """Lines up to a rate; `not_logged` in the next line counts those left out."""

    def __init__(self, write: Callable[[str], object] | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self._write = write or LineWriter()
        self._clock = clock
        self._second = 0
        self._lines = 0
        self._left_out = 0

    def wants(self, status: int) -> bool:
        """Whether a line with this status is to be written now; a no is counted."""
        second = int(self._clock())
        if second != self._second:
            self._second, self._lines = second, 0
        self._lines += 1
        if self._lines <= (LINES_PER_SECOND if status < 500 else FAILURES_PER_SECOND):
            return True
        self._left_out += 1
        return False

    def line(self, fields: Mapping[str, Any]) -> None:
        """Write one line."""
        told = {"not_logged": self._left_out} if self._left_out else {}
        self._left_out = 0
        at = datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="milliseconds")
        self._write(json.dumps({"at": at, "event": "request", **fields, **told}) + "\n")


class JsonFormatter(logging.Formatter):
    """Log records of the service itself, as lines of the same kind."""

    def format(self, record: logging.LogRecord) -> str:
        """One record as one line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields = {"at": at, "event": "log", "level": record.levelname.lower(), "message": record.getMessage()}
        if record.exc_info:
            fields["trace"] = self.formatException(record.exc_info)
        return json.dumps(fields)


class LineHandler(logging.Handler):
    """Log records as JSON lines to a writer of lines."""

    def __init__(self, write: Callable[[str], object]) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self._write = write

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        try:
            self._write(self.format(record) + "\n")
        except Exception:  # noqa: BLE001  # as every handler: a record that cannot be shown stops nobody
            self.handleError(record)


def log_as_json(write: Callable[[str], object] | None = None, level: int = logging.INFO) -> None:
    """Let this process's log records go to standard error as JSON lines."""
    root = logging.getLogger()
    root.handlers[:] = [LineHandler(write or LineWriter())]
    root.setLevel(logging.WARNING)
    for name in ("spx_assets", "uvicorn.error"):
        logging.getLogger(name).setLevel(level)
    # Requests are logged by the guard, with what uvicorn does not know.
    logging.getLogger("uvicorn.access").disabled = True
