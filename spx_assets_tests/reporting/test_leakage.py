"""The leakage audit of the card."""

from __future__ import annotations

from spx_assets.reporting.absent import Absent
from spx_assets.reporting.leakage import leakage


def test_examinations_keep_their_order_and_findings() -> None:
    """What the card records is what the report says."""
    rows = [
        {"name": "placebo", "question": "Q?", "looked_at": "4", "findings": [], "passed": True},
        {"name": "canary", "question": "R?", "looked_at": "1", "findings": ["row 3: 0.2"], "passed": False},
    ]
    found = leakage({"leakage_audit": rows})
    assert not isinstance(found, Absent)
    assert [(one.name, one.findings) for one in found] == [("placebo", ()), ("canary", ("row 3: 0.2",))]


def test_a_card_without_audit_is_said() -> None:
    """Not known is not passed."""
    found = leakage({"leakage_audit": []})
    assert isinstance(found, Absent)
    assert "not known" in found.sentence
