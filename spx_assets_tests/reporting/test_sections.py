"""The document's chapters and their order."""

from __future__ import annotations

from dataclasses import replace

from spx_assets.reporting import Findings
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.blocks import Paragraph, PlateBlock
from spx_assets.reporting.figures import plates
from spx_assets.reporting.pdf import Document
from spx_assets.reporting.sections import document


def _plates_in_order(laid: Document) -> list[PlateBlock]:
    return [one.block for page in laid.pages for one in page if isinstance(one.block, PlateBlock)]


def _sections(laid: Document) -> list[str]:
    return [one.block.bookmark for page in laid.pages for one in page if one.block.bookmark and one.block.level == 0]


def test_chapters_stand_in_the_order_an_expert_reads(made: Findings) -> None:
    """Verdict, skill and its tests, value, intervals, model, data, audit, perspective, origin, terms."""
    assert _sections(document(made, plates(made))) == [
        "Verdict",
        "Is there skill?",
        "Forecasts and outcomes",
        "Is the best more than luck?",
        "Does it hold over time?",
        "What would it have been worth?",
        "Can the intervals be trusted?",
        "What the model uses",
        "The data",
        "Leakage audit",
        "In perspective",
        "How this report was made",
        "How to read it",
    ]


def test_figures_are_numbered_as_they_come(made: Findings) -> None:
    """Every plate is placed once, in the order of their numbers, from one; an absent one has none."""
    placed = _plates_in_order(document(made, plates(made)))
    assert [block.plate.name for block in placed] == list(plates(made))
    numbers = [block.number for block in placed if block.plate.draw]
    assert numbers == list(range(1, len(numbers) + 1))


def test_without_an_outlook_the_error_difference_is_the_key_figure(made: Findings) -> None:
    """Page one then carries the sentence and, as Figure 1, the evidence."""
    without = replace(made, outlook=Absent("No forecast was given."))
    first = [one.block for one in document(without, plates(without)).pages[0] if isinstance(one.block, PlateBlock)]
    assert [(block.plate.name, block.number) for block in first] == [("outlook", 0), ("error_difference", 1)]


def test_a_missing_card_is_a_sentence(bare: Findings) -> None:
    """How the models were fitted is then not known, and said so."""
    texts = [
        one.block.text
        for page in document(bare, plates(bare)).pages
        for one in page
        if isinstance(one.block, Paragraph)
    ]
    assert any("No model card was given" in text for text in texts)
