"""The document's chapters in the order an expert reads, numbered figures, and what runs along its pages."""

from __future__ import annotations

from collections.abc import Mapping

from spx_assets.reporting.blocks import PlateBlock
from spx_assets.reporting.chapters import data, intervals, model, opening, origin, skill, worth
from spx_assets.reporting.figures import Plate
from spx_assets.reporting.findings import Findings
from spx_assets.reporting.pages import Running, paginate
from spx_assets.reporting.pdf import Document

CHAPTERS = (
    opening.opening,
    skill.skill,
    skill.beside,
    skill.comparison,
    skill.stability,
    worth.worth,
    intervals.intervals,
    model.model,
    data.data,
    data.leakage,
    origin.in_perspective,
    origin.made_from,
    origin.reading,
)


def document(findings: Findings, plates: Mapping[str, Plate]) -> Document:
    """The whole document, laid out on pages."""
    numbered = _numbered(plates)
    chapters = tuple(tuple(chapter(findings, numbered)) for chapter in CHAPTERS)
    until = findings.window.last_session
    edition = f"data to {until}" if until else "no data"
    return Document(
        chapters,
        paginate(chapters),
        Running(
            f"{opening.TITLE}: analysis report",
            edition,
            "Made by spx_assets. Past performance is no guarantee of future results.",
        ),
        f"{opening.TITLE}: analysis report, {edition}",
        findings.verdict.headline,
        "S&P 500, return forecast, out-of-sample, historical mean, prediction interval",
    )


def _numbered(plates: Mapping[str, Plate]) -> dict[str, PlateBlock]:
    """Drawn figures are numbered through; an absent one has no number to give."""
    blocks = {}
    number = 0
    for name, plate in plates.items():
        number += plate.draw is not None
        blocks[name] = PlateBlock(plate, number if plate.draw else 0)
    return blocks
