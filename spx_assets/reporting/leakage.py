"""The leakage audit as the model card records it: what was asked, of how much, and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from spx_assets.reporting.absent import Absent


@dataclass(frozen=True)
class Examined:
    """One examination: its name, its question, how much it looked at, and the leaks it found."""

    name: str
    question: str
    looked_at: str
    findings: tuple[str, ...]


def leakage(card: Mapping[str, Any]) -> tuple[Examined, ...] | Absent:
    """Every examination on the card, in its order."""
    rows = card.get("leakage_audit") or ()
    made = tuple(
        Examined(
            str(row["name"]),
            str(row.get("question", "")),
            str(row.get("looked_at", "")),
            tuple(str(finding) for finding in row.get("findings") or ()),
        )
        for row in rows
    )
    return made or Absent("The model card carries no leakage audit: whether a forecast knew its future is not known.")
