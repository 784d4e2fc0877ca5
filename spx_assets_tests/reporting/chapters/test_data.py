"""The chapters on the data and the audit, in words."""

from __future__ import annotations

from dataclasses import replace

from spx_assets.reporting import Findings
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.blocks import Paragraph, PlateBlock
from spx_assets.reporting.chapters.data import audited, data, leakage, revised
from spx_assets.reporting.completeness import FeatureGap
from spx_assets.reporting.figures import plates
from spx_assets.reporting.leakage import Examined


def _words(found: Findings) -> str:
    blocks = data(found, {name: PlateBlock(plate, 1) for name, plate in plates(found).items()})
    return " ".join(block.text for block in blocks if isinstance(block, Paragraph))


def test_missing_values_repairs_and_revisions_are_counted(made: Findings) -> None:
    """One value was revised, none is missing; then some are."""
    said = _words(made)
    assert "No value of the 28 features is missing in any of the 700 sessions." in said
    assert "Sources changed one value after it was first seen, of S&P 500 close." in said
    assert "No value of any series was changed or filled in" in said
    gaps = (FeatureGap("vix_level", 40, None, 0), FeatureGap("return_1", 0, None, 0))
    assert "40 values of 1 of the 2 features are missing" in _words(replace(made, completeness=gaps))


def test_what_limits_the_sample_is_said(made: Findings) -> None:
    """In the words of the card; a card of an earlier release says nothing of it."""
    said = "The data The sample begins with VIX. Oil stands aside since 2012-03-01. No value of the 28 features"
    assert _words(made).startswith(said)
    assert _words(replace(made, card=replace(made.card, sample_notes=()))).startswith("The data No value of the 28")


def test_no_revision_is_said(made: Findings) -> None:
    """Nothing changed is a finding, too."""
    assert not isinstance(made.coverage, Absent)
    never = tuple(replace(one, revisions=0) for one in made.coverage)
    assert revised(never) == "No source has changed a value since it was first seen."


def test_the_audit_has_a_verdict(made: Findings, bare: Findings) -> None:
    """Passed, failed, or not made."""
    clean, leak = Examined("a", "?", "1", ()), Examined("b", "?", "1", ("row: 1",))
    assert audited((clean, clean)) == "All 2 leakage tests passed."
    assert audited((clean, leak)).startswith("1 of 2 examinations found a leak: no score")
    said = [block.text for block in leakage(made, {}) if isinstance(block, Paragraph)]
    assert "Not examined here" in said[-1]
    assert "a table given as a file is not asked" in said[-1]
    assert "spx audit" in said[-1]
    assert isinstance(bare.leakage, Absent)
    assert [block.text for block in leakage(bare, {})][1] == bare.leakage.sentence  # type: ignore[attr-defined]  # a paragraph
