"""One JSON line per request on standard error, fewer of them when busy; failures are always written, within reason.

What is logged is what is known without the body: never data, never a token.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

LINES_PER_SECOND = 50
FAILURES_PER_SECOND = 200


class AccessLog:
    """Lines up to a rate; `not_logged` in the next line counts those left out."""

    def __init__(self, write: Callable[[str], object] | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self._write = write or sys.stderr.write
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


def log_as_json(level: int = logging.INFO) -> None:
    """Let this process's log records go to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in ("spx_assets", "uvicorn.error"):
        logging.getLogger(name).setLevel(level)
    # Requests are logged by the guard, with what uvicorn does not know.
    logging.getLogger("uvicorn.access").disabled = True
