"""The closing chapters."""

from __future__ import annotations

from dataclasses import replace

from spx_assets.reporting import Findings
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.blocks import Paragraph, TableBlock
from spx_assets.reporting.chapters.origin import TERMS, judged, made_from, reading


def test_terms_of_the_tables_are_explained(made: Findings) -> None:
    """Every head a reader may stumble on has its sentence."""
    assert {"Log return", "Historical mean", "RMSE ratio", "Clark–West, p", "Diebold–Mariano, p"} <= set(TERMS)
    assert all(meaning.endswith(".") for meaning in TERMS.values())
    assert [block.term for block in reading(made, {}) if hasattr(block, "term")] == list(TERMS)


def test_what_it_was_made_from_is_listed(made: Findings, bare: Findings) -> None:
    """Models, inputs with versions and digests, software; a missing card is a sentence."""
    titles = [block.title for block in made_from(made, {}) if isinstance(block, TableBlock)]
    assert titles == ["Models", "What was read", "Software"]
    texts = [block.text for block in made_from(bare, {}) if isinstance(block, Paragraph)]
    assert any("No model card was given" in text for text in texts)


def test_a_result_too_good_to_be_true_is_called_out(made: Findings) -> None:
    """An honest one is not."""
    assert not isinstance(made.perspective, Absent)
    honest = replace(made.perspective, own=tuple(replace(one, r2_os=0.001) for one in made.perspective.own))
    assert judged(honest).endswith("Nothing in this report is above that.")
    lucky = replace(honest, own=(replace(honest.own[0], r2_os=0.05),))
    assert "at 1 session is above that: look for a leak" in judged(lucky)
