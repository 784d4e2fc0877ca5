"""The chapter on the intervals."""

from __future__ import annotations

from spx_assets.reporting import Findings
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.blocks import Paragraph, PlateBlock, TableBlock
from spx_assets.reporting.chapters.intervals import intervals
from spx_assets.reporting.figures import plates


def test_the_question_is_answered_before_it_is_shown(made: Findings) -> None:
    """Heading, answer, a sentence for each horizon, the tests, then figures."""
    blocks = list(intervals(made, {name: PlateBlock(plate, 1) for name, plate in plates(made).items()}))
    assert not isinstance(made.trust, Absent)
    texts = [block.text for block in blocks if isinstance(block, Paragraph)]
    assert texts == ["Can the intervals be trusted?", made.trust.headline, *made.trust.sentences]
    assert [type(block) for block in blocks[len(texts) :]] == [TableBlock, PlateBlock, PlateBlock, PlateBlock]


def test_too_few_intervals_are_a_sentence(bare: Findings) -> None:
    """The reason stands where the answer would."""
    blocks = list(intervals(bare, {name: PlateBlock(plate, 0) for name, plate in plates(bare).items()}))
    assert isinstance(bare.trust, Absent)
    assert [block.text for block in blocks if isinstance(block, Paragraph)][1] == bare.trust.sentence
