"""A console logger that says one line per asset, for people who watch `spx run`.

Dagster's own console logger prints every event; this one waits for the few that matter.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import dagster as dg
from dagster import DagsterEventType

Say = Callable[[str], None]


class _Lines(logging.Handler):
    """Turns Dagster's log records into lines."""

    def __init__(self, say: Say) -> None:
        super().__init__(logging.INFO)
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        """Say a line for the end of an asset, a warning and a retry; a refusal is what the command ends with."""
        meta: dict[str, Any] = getattr(record, "dagster_meta", {})
        event = meta.get("dagster_event")
        if event is None:
            message = str(meta.get("orig_message") or record.getMessage())
            # A refusal is what the command ends with; Dagster's own errors would only repeat it.
            if record.levelno == logging.WARNING or ": done, " in message:
                self._say(f"  {message}")
        elif event.event_type is DagsterEventType.STEP_UP_FOR_RETRY:
            self._say(f"  {event.step_key}: trying again")


def progress_logger(say: Say) -> dg.LoggerDefinition:
    """A logger definition whose lines go to `say`."""

    def make(_context: dg.InitLoggerContext) -> logging.Logger:
        logger = logging.Logger("spx", logging.INFO)  # noqa: LOG001  # one per run, outside the global tree
        logger.addHandler(_Lines(say))
        return logger

    return dg.LoggerDefinition(make, description="One line per asset.")
