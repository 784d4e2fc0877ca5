"""Tables of origin."""

from __future__ import annotations

from spx_assets.reporting import Findings, tables
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.card import read_card
from spx_assets.reporting.provenance import Digest
from spx_assets.reporting.tables.origin import cited


def test_versions_and_digests_are_printed_whole() -> None:
    """A version can be looked up as printed; what has only one of both has a dash for the other."""
    table = tables.inputs(
        (("raw_market", "0123456789abcdef"), ("trained_model", "00aa00aa00aa00aa")),
        (Digest("raw_market", 37878, "fedcba9876543210"), Digest("model card", 9, "1111222233334444")),
    )
    assert table.rows == (
        ("raw_market", "0123456789abcdef", "37,878", "fedcba9876543210"),
        ("trained_model", "00aa00aa00aa00aa", "–", "–"),
        ("model card", "–", "9", "1111222233334444"),
    )


def test_fitted_models_without_details_are_dashes() -> None:
    """What the card does not say is a dash."""
    row = tables.fitted_models(read_card({"horizons": {"1": {"model": "ridge"}}})).rows[0]
    assert row == ("1 session", "ridge", "–", "–", "–", "–")


def test_published_figures_name_their_source(made: Findings) -> None:
    """Authors and year beside each, the journal in the note below."""
    assert not isinstance(made.perspective, Absent)
    rows = tables.published(made.perspective).rows
    assert [row[3] for row in rows] == [cited(one.source) for one in made.perspective.published]
    assert rows[2][2:] == ("−0.02", "Neely, Rapach, Tu and Zhou (2014)")


def test_software_has_a_row_for_each() -> None:
    """Name and version."""
    assert tables.software((("numpy", "2.4.6"),)).rows == (("numpy", "2.4.6"),)
