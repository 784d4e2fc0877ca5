"""The report as an A4 PDF: embedded TrueType text, document metadata, bookmarks; byte-equal for equal findings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO

from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from spx_assets.reporting import style
from spx_assets.reporting.blocks import Block
from spx_assets.reporting.outline import Bookmark, with_outline
from spx_assets.reporting.pages import A4_HEIGHT, Page, Running, draw_page


@dataclass(frozen=True)
class Document:
    """Chapters of blocks, the same on pages, what runs along those, and the document's title, subject and keywords."""

    chapters: tuple[tuple[Block, ...], ...]
    pages: tuple[Page, ...]
    running: Running
    title: str
    subject: str
    keywords: str


def render(document: Document, *, seen: Callable[[Page, Figure], None] | None = None) -> bytes:
    """The bytes of the PDF. No date and no version of a library is written, so equal documents are equal.

    `seen` is shown each page, and the figure it is, once it is written.
    """
    buffer = BytesIO()
    metadata = {
        "Title": document.title,
        "Subject": document.subject,
        "Keywords": document.keywords,
        "Author": "spx_assets",
        "Creator": "spx_assets",
        "Producer": "spx_assets",
        "CreationDate": None,
    }
    with style.drawing(), PdfPages(buffer, metadata=metadata) as pdf:
        for number, page in enumerate(document.pages, 1):
            # One figure at a time: a page's figure is freed before the next is drawn.
            figure = draw_page(page, number, len(document.pages), document.running)
            pdf.savefig(figure)
            if seen:
                seen(page, figure)
    return with_outline(buffer.getvalue(), bookmarks(document.pages))


def bookmarks(pages: Sequence[Page]) -> list[Bookmark]:
    """An entry for each section, with its tables and figures below it."""
    return [
        Bookmark(placed.block.bookmark, place, A4_HEIGHT - placed.top + 6.0, placed.block.level)
        for place, page in enumerate(pages)
        for placed in page
        if placed.block.bookmark
    ]
