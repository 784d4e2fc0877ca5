"""What pages are made of: declared heights against what is drawn."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure

from spx_assets.reporting import style, typeset
from spx_assets.reporting.blocks import Block, Definition, Paragraph, PlateBlock, TableBlock, section
from spx_assets.reporting.figures.plate import Plate, absent
from spx_assets.reporting.table import Column, Table
from spx_assets_tests.reporting import drawn

LONG = "A sentence that is long enough to be broken into several lines, and then goes on for a while. " * 3
BLOCKS: tuple[Block, ...] = (
    Paragraph(LONG),
    section("A heading"),
    Definition("A rather long term to define", LONG),
    TableBlock("A table", Table((Column("head", "left"),), (("cell",), ("cell",))), LONG),
    PlateBlock(Plate("p", "A plate", LONG, 80.0, lambda _figure: None), 3),
    PlateBlock(absent("q", "Not there", LONG), 0),
)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: type(block).__name__)
def test_a_block_stays_inside_its_height(block: Block) -> None:
    """Pages are laid out by the declared height; nothing is drawn below it."""
    with style.drawing():
        figure = Figure(figsize=(6, 6))
        block.draw(figure, 20.0, 30.0, 300.0, 0.0)
        lowest = min(one.box.y0 for one in drawn.printed(figure))
    depth = (figure.bbox.height - lowest) * style.POINTS_PER_INCH / figure.dpi
    assert depth <= 30.0 + block.height(300.0) + 1.0


def test_a_stretched_plate_moves_its_caption() -> None:
    """Points of stretch go to the drawing, and the caption stands below it."""
    plate = PlateBlock(Plate("p", "A plate", "Caption.", 80.0, lambda _figure: None), 1)
    depths = []
    for stretch in (0.0, 40.0):
        with style.drawing():
            figure = Figure(figsize=(6, 6))
            plate.draw(figure, 20.0, 30.0, 300.0, stretch)
            depths.append(drawn.printed(figure)[-1].box.y0 * style.POINTS_PER_INCH / figure.dpi)
    assert depths[0] - depths[1] == pytest.approx(40.0, abs=1.0)


def test_bookmarks_are_numbers_and_titles() -> None:
    """A drawn figure is found by its number, an absent one by its title."""
    assert [block.bookmark for block in BLOCKS[3:]] == ["A table", "Figure 3. A plate", "Not there"]
    assert (section("A heading").bookmark, section("A heading").level) == ("A heading", 0)


def test_only_drawings_stretch() -> None:
    """Text keeps its leading."""
    assert [block.most_stretch > 0 for block in BLOCKS] == [False, False, False, False, True, False]


def test_a_heading_is_set_in_the_section_cut() -> None:
    """Sections look alike."""
    assert section("A heading").cut == typeset.SECTION
