"""The first page: the verdict in words, the next forecasts, the age of the data, the number of trials."""

from __future__ import annotations

from collections.abc import Iterator

from spx_assets.reporting import tables, typeset
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.blocks import Block, Paragraph, TableBlock
from spx_assets.reporting.chapters import Plates
from spx_assets.reporting.chapters.data import audited
from spx_assets.reporting.findings import Findings
from spx_assets.reporting.labels import age_sentence

TITLE = "S&P 500 return forecast"


def opening(findings: Findings, plates: Plates) -> Iterator[Block]:
    """Whoever reads one page has read the result."""
    yield Paragraph(TITLE, typeset.TITLE, space_after=0.0, bookmark="Verdict")
    if findings.window.sessions:
        notes = findings.card.sample_notes
        yield Paragraph(vintage(findings), typeset.NOTE, space_after=6.0 if notes else 14.0)
        if notes:
            yield Paragraph(" ".join(notes), typeset.NOTE, space_after=14.0)
    yield Paragraph(findings.verdict.headline, typeset.HEADLINE, space_after=8.0)
    for sentence in findings.verdict.sentences:
        yield Paragraph(sentence, space_after=3.0)
    if not isinstance(findings.trust, Absent):
        yield Paragraph(f"Can the intervals be trusted? {findings.trust.headline}", space_after=3.0)
    yield Paragraph(findings.verdict.advice, space_after=12.0)
    if not isinstance(findings.outlook, Absent):
        yield TableBlock(
            f"Forecasts made at the close of {findings.outlook.origin}",
            tables.next_forecasts(findings.outlook),
            _close_note(findings),
        )
    yield plates["outlook"]
    if errors_lead(plates):
        yield plates["error_difference"]


def vintage(findings: Findings) -> str:
    """How old the data are, how many forecasts were tried, and whether any was found to know its future."""
    window, audit = findings.window, findings.leakage
    old = (
        ""
        if window.age_sessions is None or window.last_session is None
        else f" {age_sentence(window.last_session, window.age_sessions)}"
    )
    known = f" The newest observation became known on {window.known_until}." if window.known_until else ""
    return (
        f"Analysis report on {window.sessions:,} sessions, {window.first_session} to {window.last_session}."
        f"{old}{known} "
        f"Trials: {findings.trials.count:,} ({findings.trials.counted}). "
        f"{audit.sentence if isinstance(audit, Absent) else audited(audit)}"
    )


def errors_lead(plates: Plates) -> bool:
    """Without an outlook the error difference, if there is one, is the key figure."""
    return plates["outlook"].plate.draw is None and plates["error_difference"].plate.draw is not None


def _close_note(findings: Findings) -> str:
    outlook = findings.outlook
    if isinstance(outlook, Absent) or outlook.close is None:
        return "Log returns."
    return (
        f"Log returns from the close of {outlook.close:,.2f} index points. “Contained” is the share of past outcomes "
        "that such 90 % intervals contained, out of sample."
    )
