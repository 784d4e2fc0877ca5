"""The first page."""

from __future__ import annotations

from dataclasses import replace

from spx_assets.reporting import Findings, typeset
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.blocks import Paragraph, PlateBlock
from spx_assets.reporting.chapters.opening import opening, vintage
from spx_assets.reporting.figures import plates
from spx_assets.reporting.leakage import Examined


def test_the_age_of_the_data_and_the_number_of_trials_are_said(made: Findings) -> None:
    """Whoever reads the page knows how old it is and how much was tried."""
    text = vintage(made)
    assert f"became known on {made.window.known_until}." in text
    assert "Trials: 6 (candidates times horizons of this evaluation)." in text


def test_the_audit_s_answer_stands_on_the_first_page(made: Findings, bare: Findings) -> None:
    """A leak that was found is not denied there, and what nobody asked is not known."""
    leak = replace(made, leakage=(Examined("a", "?", "1", ("row: 1",)),))
    assert "1 of 1 examinations found a leak: no score in this report may be believed." in vintage(leak)
    assert isinstance(bare.leakage, Absent)
    assert bare.leakage.sentence in vintage(bare)


def test_verdict_trust_and_advice_stand_in_this_order(made: Findings) -> None:
    """What limits the sample, the headline large, a sentence for each horizon, the intervals, the advice."""
    blocks = opening(made, {name: PlateBlock(plate, 1) for name, plate in plates(made).items()})
    paragraphs = [block for block in blocks if isinstance(block, Paragraph)]
    assert paragraphs[2].text == " ".join(made.card.sample_notes)
    assert paragraphs[3] == replace(paragraphs[3], text=made.verdict.headline, cut=typeset.HEADLINE)
    assert not isinstance(made.trust, Absent)
    assert [block.text for block in paragraphs[4:]] == [
        *made.verdict.sentences,
        f"Can the intervals be trusted? {made.trust.headline}",
        made.verdict.advice,
    ]
