"""The chapter on the intervals: can they be trusted, answered in words, then shown."""

from __future__ import annotations

from collections.abc import Iterator

from spx_assets.reporting import tables, typeset
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.blocks import Block, Paragraph, TableBlock, section
from spx_assets.reporting.chapters import Plates
from spx_assets.reporting.findings import Findings


def intervals(findings: Findings, plates: Plates) -> Iterator[Block]:
    """The answer, the tests, the figures."""
    yield section("Can the intervals be trusted?")
    found = findings.trust
    if isinstance(found, Absent):
        yield Paragraph(found.sentence)
    else:
        yield Paragraph(found.headline, typeset.HEADLINE, space_after=6.0)
        *others, last = found.sentences
        for sentence in others:
            yield Paragraph(sentence, space_after=3.0)
        yield Paragraph(last, space_after=12.0)
        yield TableBlock(
            "Coverage of the deployed models' intervals, level by level",
            tables.interval_tests(found),
            "Kupiec (1995): is the share right? Independence and Christoffersen (1998): do misses follow misses, and "
            "both at once? A p below 0.05 speaks against the interval. Widths and Winkler (1972) scores in % of log "
            "return; smaller scores are better.",
        )
    for name in ("calibration", "coverage_through_time", "price_regimes"):
        yield plates[name]
