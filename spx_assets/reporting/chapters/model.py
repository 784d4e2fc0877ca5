"""The chapter on the model: coefficients, importance through time, partial dependence, correlations."""

from __future__ import annotations

from collections.abc import Iterator

from spx_assets.reporting.absent import Absent
from spx_assets.reporting.blocks import Block, Paragraph, section
from spx_assets.reporting.chapters import Plates
from spx_assets.reporting.findings import Findings
from spx_assets.reporting.labels import listed, model_label, sessions


def model(findings: Findings, plates: Plates) -> Iterator[Block]:
    """What is explained is named first: where the historical mean serves, it is not what serves."""
    yield section("What the model uses")
    yield Paragraph(explained(findings))
    for name in ("coefficients", "importance_through_time", "partial_dependence", "feature_correlation"):
        yield plates[name]


def explained(findings: Findings) -> str:
    """Which models the figures are of, and whether they serve."""
    if isinstance(findings.usage, Absent):
        return findings.usage.sentence
    idle = [path for path in findings.usage.paths if not path.deployed]
    serving = [path for path in findings.usage.paths if path.deployed]
    parts = []
    if serving:
        spans = listed([f"{model_label(path.model)} at {sessions(path.horizon)}" for path in serving])
        parts.append(f"Deployed and shown: {spans}.")
    if idle:
        spans = listed([f"{model_label(path.model)} at {sessions(path.horizon)}" for path in idle])
        parts.append(
            f"Not deployed, shown because it came closest: {spans}. The historical mean that serves there uses no "
            "feature at all."
        )
    return " ".join(parts)
