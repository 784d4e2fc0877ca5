"""The PDF of a document: pages, metadata, bookmarks."""

from __future__ import annotations

from io import BytesIO

from pypdf import PdfReader

from spx_assets.reporting import pages, pdf
from spx_assets.reporting.blocks import Paragraph, section

CHAPTERS = ((section("One"), Paragraph("First page.")), (section("Two"), Paragraph("Second page.")))
DOCUMENT = pdf.Document(
    CHAPTERS,
    tuple(page for chapter in CHAPTERS for page in pages.paginate([chapter])),
    pages.Running("Head", "edition", "Foot"),
    "A title",
    "A subject",
    "some, keywords",
)


def test_pages_are_a4_with_running_heads_and_numbers() -> None:
    """Every page has its number; the first has no running head, since its title stands there."""
    reader = PdfReader(BytesIO(pdf.render(DOCUMENT)), strict=True)
    texts = [page.extract_text() for page in reader.pages]
    assert ["Head" in text for text in texts] == [False, True]
    assert [f"Page {number} of 2" in text for number, text in enumerate(texts, 1)] == [True, True]
    assert (round(float(reader.pages[0].mediabox.width)), round(float(reader.pages[0].mediabox.height))) == (595, 842)


def test_metadata_says_what_the_document_is() -> None:
    """Title, subject and keywords; the producer without a version, so that an upgrade alone changes nothing there."""
    metadata = PdfReader(BytesIO(pdf.render(DOCUMENT))).metadata
    assert metadata is not None
    assert (metadata.title, metadata.subject, metadata.producer) == ("A title", "A subject", "spx_assets")
    assert metadata.creation_date is None


def test_sections_are_bookmarked_on_their_pages() -> None:
    """The outline leads where the heading stands."""
    marks = pdf.bookmarks(DOCUMENT.pages)
    assert [(mark.text, mark.page) for mark in marks] == [("One", 0), ("Two", 1)]
    assert all(pages.BOTTOM < mark.height <= pages.A4_HEIGHT for mark in marks)


def test_rendering_twice_is_byte_equal() -> None:
    """Equal documents are equal bytes."""
    assert pdf.render(DOCUMENT) == pdf.render(DOCUMENT)
