"""What people who watch `spx run` see: one line per asset, and where the asset at work is.

Dagster's own console logger prints every event; this one waits for the few that matter.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import dagster as dg
from dagster import DagsterEventType

Say = Callable[[str], None]
# Messages of a task's start and end; any other at the level INFO says how far it is.
START, DONE = ": start", ": done, "


@dataclass
class AtWork:
    """The asset that is being made, since when, and what its task last said; written by the run, read by who waits."""

    asset: str = ""
    since: float = 0.0
    said: str = ""
    clock: Callable[[], float] = time.monotonic

    def begin(self, asset: str) -> None:
        """An asset begins."""
        self.asset, self.since, self.said = asset, self.clock(), ""

    def end(self) -> None:
        """An asset is done, or has failed."""
        self.asset = ""

    def line(self) -> str:
        """Such as `walk_forward, 12 s: 40 % (18 s left): ridge, 5 sessions ahead`; empty between assets."""
        if not self.asset:
            return ""
        rest = f": {self.said}" if self.said else ""
        return f"{self.asset}, {self.clock() - self.since:.0f} s{rest}"


# How the line begins that says what a file was read as.
READ = "read: "


class _Lines(logging.Handler):
    """Turns Dagster's log records into lines, and notes where the run is."""

    def __init__(self, say: Say, at_work: AtWork) -> None:
        super().__init__(logging.INFO)
        self._say = say
        self._at_work = at_work

    def emit(self, record: logging.LogRecord) -> None:
        """Say a line for the end of an asset, a warning and a retry; an error is what the command ends with."""
        meta: dict[str, Any] = getattr(record, "dagster_meta", {})
        event = meta.get("dagster_event")
        if event is None:
            self._heard(record.levelno, str(meta.get("orig_message") or record.getMessage()))
        elif event.event_type is DagsterEventType.STEP_FAILURE:
            self._at_work.end()
        elif event.event_type is DagsterEventType.STEP_UP_FOR_RETRY:
            self._say(f"  {event.step_key}: trying again")

    def _heard(self, level: int, message: str) -> None:
        # An error is what the command ends with; Dagster's own errors would only repeat it.
        if level == logging.WARNING or DONE in message or message.startswith(READ):
            self._say(f"  {message}")
        if DONE in message:
            self._at_work.end()
        elif message.endswith(START):
            self._at_work.begin(message.removesuffix(START))
        elif level == logging.INFO:
            self._at_work.said = message


def progress_logger(say: Say, at_work: AtWork | None = None) -> dg.LoggerDefinition:
    """A logger definition whose lines go to `say`; where the run is, to `at_work`."""

    def make(_context: dg.InitLoggerContext) -> logging.Logger:
        logger = logging.Logger("spx", logging.INFO)  # noqa: LOG001  # one per run, outside the global tree
        logger.addHandler(_Lines(say, at_work or AtWork()))
        return logger

    return dg.LoggerDefinition(make, description="One line per asset.")
