"""What is missing, as a sentence that stands where the finding would have stood."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Absent:
    """A finding that could not be made; `sentence` tells a reader why, and what would make it."""

    sentence: str
