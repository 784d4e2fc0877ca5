"""That a service is meant to run: a note that stands in the home from its start to its orderly end.

A service that was never started, or was stopped in good order, is no error; one whose note stands and that does not
answer is. The note says where it listens, since when, and nothing secret.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

FILE = "running.json"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ServiceRecord:
    """Where a service listens and since when (ISO 8601, UTC)."""

    url: str
    started_at: str


@contextmanager
def kept(folder: Path, url: str, *, at: datetime) -> Iterator[None]:
    """The note stands while inside; an error or a kill leaves it, and so tells that the service is missed.

    A home that cannot be written is served without one.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{FILE}.{os.getpid()}"
        draft.write_text(json.dumps(asdict(ServiceRecord(url, at.isoformat(timespec="seconds")))) + "\n")
        draft.replace(folder / FILE)
    except OSError as failed:
        _log.warning("there is no note of this service in %s: %s", folder, failed.strerror)
    yield
    with suppress(OSError):
        (folder / FILE).unlink(missing_ok=True)


def read(folder: Path) -> ServiceRecord | None:
    """The note in the service's folder; None when it is not meant to run."""
    try:
        return ServiceRecord(**json.loads((folder / FILE).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
