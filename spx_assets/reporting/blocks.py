"""What pages are made of: headings, paragraphs, tables and plates, each knowing its height and how to draw.

How blocks fall on pages is `pages`; what they say is `sections`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from matplotlib.figure import Figure

from spx_assets.reporting import typeset
from spx_assets.reporting.figures.plate import Plate
from spx_assets.reporting.table import Table
from spx_assets.reporting.typeset import Type

TERM_WIDTH = 118.0


class Block(Protocol):
    """Something that stands on a page."""

    @property
    def space_after(self) -> float:
        """Points left free below."""

    @property
    def keep_with_next(self) -> bool:
        """Whether it may not stand last on a page."""

    @property
    def bookmark(self) -> str:
        """Its entry in the document's outline; empty when it has none."""

    @property
    def level(self) -> int:
        """The bookmark's level: 0 a section, 1 something in it."""

    @property
    def most_stretch(self) -> float:
        """Points by which it may grow to take up free room on its page."""

    def height(self, width: float) -> float:
        """Points it needs when set `width` points wide."""

    def draw(self, page: Figure, left: float, top: float, width: float, stretch: float) -> None:
        """Draw it with its top-left corner at (left, top) points."""


@dataclass(frozen=True)
class Paragraph:
    """Text broken into lines."""

    text: str
    cut: Type = typeset.BODY
    space_after: float = 7.0
    keep_with_next: bool = False
    bookmark: str = ""
    level: int = 0
    most_stretch: float = 0.0

    def height(self, width: float) -> float:
        """Lines times leading."""
        return len(typeset.lines(self.text, self.cut, width)) * self.cut.leading

    def draw(self, page: Figure, left: float, top: float, width: float, stretch: float) -> None:  # noqa: ARG002  # text does not stretch
        """Ragged right."""
        typeset.put_lines(page, left, top, typeset.lines(self.text, self.cut, width), self.cut)


def section(text: str) -> Paragraph:
    """The heading of a section, with its bookmark."""
    return Paragraph(text, typeset.SECTION, space_after=6.0, keep_with_next=True, bookmark=text)


@dataclass(frozen=True)
class Definition:
    """A term in bold and, beside it, what it means."""

    term: str
    meaning: str
    space_after: float = 4.0
    keep_with_next: bool = False
    bookmark: str = ""
    level: int = 1
    most_stretch: float = 0.0

    def height(self, width: float) -> float:
        """The taller of the two columns."""
        deepest = max(len(self._term()), len(self._meaning(width)))
        return deepest * typeset.CAPTION.leading

    def draw(self, page: Figure, left: float, top: float, width: float, stretch: float) -> None:  # noqa: ARG002  # text does not stretch
        """Term left, meaning right."""
        typeset.put_lines(page, left, top, self._term(), typeset.CAPTION_STRONG)
        typeset.put_lines(page, left + TERM_WIDTH, top, self._meaning(width), typeset.CAPTION)

    def _term(self) -> tuple[str, ...]:
        return typeset.lines(self.term, typeset.CAPTION_STRONG, TERM_WIDTH - 10.0)

    def _meaning(self, width: float) -> tuple[str, ...]:
        return typeset.lines(self.meaning, typeset.CAPTION, width - TERM_WIDTH)


@dataclass(frozen=True)
class TableBlock:
    """A titled table with an optional note below."""

    title: str
    table: Table
    note: str = ""
    space_after: float = 13.0
    keep_with_next: bool = False
    level: int = 1
    most_stretch: float = 0.0

    @property
    def bookmark(self) -> str:
        """Its title."""
        return self.title

    def height(self, width: float) -> float:
        """Title, table and note."""
        note = len(typeset.lines(self.note, typeset.NOTE, width)) * typeset.NOTE.leading + 3.0 if self.note else 0.0
        return typeset.SUBSECTION.leading + 3.0 + self.table.height(width) + note

    def draw(self, page: Figure, left: float, top: float, width: float, stretch: float) -> None:  # noqa: ARG002  # tables do not stretch
        """Title above, note below."""
        y = typeset.put_lines(page, left, top, (self.title,), typeset.SUBSECTION) + 3.0
        self.table.draw(page, left, y, width)
        y += self.table.height(width) + 3.0
        typeset.put_lines(page, left, y, typeset.lines(self.note, typeset.NOTE, width), typeset.NOTE)


@dataclass(frozen=True)
class PlateBlock:
    """A plate with its number."""

    plate: Plate
    number: int
    space_after: float = 15.0
    keep_with_next: bool = False
    level: int = 1

    @property
    def bookmark(self) -> str:
        """Number and title."""
        return f"{self._label()}{self.plate.title}"

    @property
    def most_stretch(self) -> float:
        """A drawing can be taller; a sentence cannot."""
        return self.plate.height * self.plate.stretch if self.plate.draw else 0.0

    def height(self, width: float) -> float:
        """Title, drawing and caption."""
        return self.plate.block_height(width)

    def draw(self, page: Figure, left: float, top: float, width: float, stretch: float) -> None:
        """The plate, `stretch` points taller than it must be."""
        self.plate.place(page, left, top, width, label=self._label(), stretch=stretch)

    def _label(self) -> str:
        return f"Figure {self.number}. " if self.number else ""
