"""How blocks fall on A4 pages: what stays together, who takes up free room, running heads and page numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from spx_assets.reporting import style, typeset
from spx_assets.reporting.blocks import Block, Definition, Paragraph, PlateBlock, TableBlock
from spx_assets.reporting.table import rule

A4_WIDTH, A4_HEIGHT = 595.2756, 841.8898
LEFT, RIGHT, TOP, BOTTOM = 54.0, 54.0, 62.0, 58.0
TEXT_WIDTH = A4_WIDTH - LEFT - RIGHT
TEXT_HEIGHT = A4_HEIGHT - TOP - BOTTOM
# What stands above a chapter that begins on a page already begun.
GAP = Paragraph("", space_after=14.0)


@dataclass(frozen=True)
class Placed:
    """A block on its page: distance from the page's top, and points by which it is taller than it must be."""

    block: Block
    top: float
    stretch: float = 0.0


Page = tuple[Placed, ...]


@dataclass(frozen=True)
class Running:
    """What stands at the head and foot of every page."""

    head: str
    edition: str
    foot: str


def paginate(chapters: Sequence[Sequence[Block]]) -> tuple[Page, ...]:
    """Each chapter from the top of a page, unless its beginning fits under the one before.

    The beginning is all up to the first table, figure or term, so that no heading stands without what it is about.
    A block that says so stays with the next one.
    """
    rooms: list[list[Block]] = []
    used = TEXT_HEIGHT
    for chapter in filter(None, chapters):
        if used + GAP.space_after + _height(_beginning(chapter)) > TEXT_HEIGHT:
            rooms.append([])
            used = 0.0
        else:
            rooms[-1].append(GAP)
            used += GAP.space_after
        for group in _groups(chapter):
            if rooms[-1] and used + _height(group) > TEXT_HEIGHT:
                rooms.append([])
                used = 0.0
            rooms[-1].extend(group)
            used += _height(group) + group[-1].space_after
    return tuple(_placed(blocks) for blocks in rooms if blocks)


def _height(blocks: Sequence[Block]) -> float:
    """Points the blocks need, the space after the last left out."""
    heights = sum(block.height(TEXT_WIDTH) + block.space_after for block in blocks)
    return heights - blocks[-1].space_after if blocks else 0.0


def _beginning(chapter: Sequence[Block]) -> Sequence[Block]:
    shown = (place for place, block in enumerate(chapter, 1) if isinstance(block, TableBlock | PlateBlock | Definition))
    return chapter[: next(shown, len(chapter))]


def _groups(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    group: list[Block] = []
    for block in blocks:
        group.append(block)
        if not block.keep_with_next:
            yield group
            group = []
    if group:
        yield group


def _placed(blocks: list[Block]) -> Page:
    heights = [block.height(TEXT_WIDTH) for block in blocks]
    free = TEXT_HEIGHT - sum(heights) - sum(block.space_after for block in blocks[:-1])
    growth = sum(block.most_stretch for block in blocks)
    share = min(max(free, 0.0) / growth, 1.0) if growth else 0.0
    placed, y = [], TOP
    for block, height in zip(blocks, heights, strict=True):
        stretch = share * block.most_stretch
        placed.append(Placed(block, y, stretch))
        y += height + stretch + block.space_after
    return tuple(placed)


def draw_page(page: Page, number: int, count: int, running: Running) -> Figure:
    """One page as a figure of A4 size."""
    figure = Figure(figsize=(A4_WIDTH / style.POINTS_PER_INCH, A4_HEIGHT / style.POINTS_PER_INCH))
    right = A4_WIDTH - RIGHT
    if number > 1:
        typeset.put(figure, LEFT, 38, running.head, typeset.RUNNING)
        typeset.put(figure, right, 38, running.edition, typeset.RUNNING, align="right")
        rule(figure, LEFT, right, 43, style.RULE, 0.5)
    typeset.put(figure, LEFT, A4_HEIGHT - 30, running.foot, typeset.RUNNING)
    typeset.put(figure, right, A4_HEIGHT - 30, f"Page {number} of {count}", typeset.RUNNING, align="right")
    for placed in page:
        placed.block.draw(figure, LEFT, placed.top, TEXT_WIDTH, placed.stretch)
    return figure
