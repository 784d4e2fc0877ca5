"""What an examination of the leakage audit looked at, and what it found: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MOST_FINDINGS = 20  # per examination: a leak in every row is one leak


@dataclass(frozen=True)
class Finding:
    """One leak: where it shows, and the numbers that say so."""

    where: str
    evidence: str


@dataclass(frozen=True)
class Examination:
    """One way of looking: its name, what it makes sure of, how much it looked at, and the leaks it found."""

    name: str
    question: str
    looked_at: str
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    @property
    def record(self) -> dict[str, Any]:
        """A JSON-able row."""
        return {
            "name": self.name,
            "question": self.question,
            "looked_at": self.looked_at,
            "findings": [f"{finding.where}: {finding.evidence}" for finding in self.findings],
            "passed": self.passed,
        }


def examination(name: str, question: str, looked_at: str, findings: list[Finding]) -> Examination:
    """An examination with at most 20 findings, the first ones."""
    return Examination(name, question, looked_at, tuple(findings[:MOST_FINDINGS]))
