"""How blocks fall on pages."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from spx_assets.reporting import pages
from spx_assets.reporting.blocks import Definition, Paragraph, PlateBlock, section
from spx_assets.reporting.figures.plate import Plate

BLOCK = PlateBlock(Plate("p", "A plate", "What to see.", 200.0, lambda _figure: None, stretch=0.5), 1)


def test_blocks_stand_under_each_other_inside_the_text_area() -> None:
    """No block overlaps the next or leaves the page's text."""
    for page in pages.paginate([[BLOCK] * 7]):
        edges = [(one.top, one.top + one.block.height(pages.TEXT_WIDTH) + one.stretch) for one in page]
        assert all(below[0] >= above[1] for above, below in pairwise(edges))
        assert edges[-1][1] <= pages.A4_HEIGHT - pages.BOTTOM + 1e-6


def test_a_heading_is_never_last_on_its_page() -> None:
    """It moves with what it heads."""
    filler = [Paragraph("word " * 40, space_after=0.0)] * 23
    for count in range(15, 24):
        laid = pages.paginate([[*filler[:count], section("Heading"), BLOCK]])
        assert all(page[-1].block != section("Heading") for page in laid)


def test_chapters_start_on_pages_of_their_own_unless_they_fit() -> None:
    """A long chapter begins a page; a short one joins the page before it."""
    assert len(pages.paginate([[BLOCK, BLOCK], [BLOCK, BLOCK]])) == 2
    assert len(pages.paginate([[BLOCK], [section("Short"), Paragraph("A sentence.")]])) == 1


def test_terms_begin_on_the_page_before_and_go_on() -> None:
    """A list of terms may be parted: only its first must fit."""
    terms = [Definition("Term", "what it means " * 12)] * 20
    first, second = pages.paginate([[BLOCK, BLOCK], [section("Terms"), *terms]])
    assert isinstance(first[-1].block, Definition)
    assert isinstance(second[0].block, Definition)


def test_free_room_goes_to_drawings_up_to_their_limit() -> None:
    """A figure grows by its own share at most; text does not."""
    ((text, figure),) = pages.paginate([[Paragraph("Text."), BLOCK]])
    assert (text.stretch, figure.stretch) == (0.0, 100.0)


def test_blocks_of_full_pages_do_not_grow() -> None:
    """Without free room nothing is stretched."""
    tall = replace(BLOCK, plate=replace(BLOCK.plate, height=pages.TEXT_HEIGHT - 60.0))
    ((only,),) = pages.paginate([[tall]])
    assert only.top + tall.height(pages.TEXT_WIDTH) + only.stretch <= pages.A4_HEIGHT - pages.BOTTOM + 1e-6


def test_an_empty_chapter_takes_no_page() -> None:
    """Nothing to say, nothing printed."""
    assert pages.paginate([[], [BLOCK]]) == pages.paginate([[BLOCK]])
