"""Findings of the leakage audit as values."""

from __future__ import annotations

import json

from spx_assets.forecasting import Finding
from spx_assets.forecasting.audit_finding import MOST_FINDINGS, examination


def test_an_examination_without_findings_has_passed() -> None:
    """And its record is plain JSON."""
    made = examination("placebo", "Is there none?", "4 shuffles", [])

    assert made.passed
    assert json.loads(json.dumps(made.record)) == made.record


def test_a_leak_in_every_row_is_cut_short() -> None:
    """The first findings stand for the rest."""
    made = examination("x", "?", "rows", [Finding(str(row), "differs") for row in range(1000)])

    assert not made.passed
    assert len(made.findings) == MOST_FINDINGS
    assert made.record["findings"][0] == "0: differs"
