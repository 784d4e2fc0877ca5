"""Bookmarks appended to a finished PDF."""

from __future__ import annotations

from io import BytesIO

import pytest
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from pypdf import PdfReader

from spx_assets.errors import SpxError
from spx_assets.reporting.outline import Bookmark, with_outline

MARKS = (
    Bookmark("Is there skill?", 0, 700.0),
    Bookmark("Figure 1. R² (näher)", 0, 500.0, 1),
    Bookmark("Scores", 1, 400.0, 1),
    Bookmark("How it was made", 1, 300.0),
)


def _pdf(pages: int = 2) -> bytes:
    buffer = BytesIO()
    with PdfPages(buffer, metadata={"CreationDate": None, "Title": "Kept"}) as pdf:
        for _ in range(pages):
            pdf.savefig(Figure())
    return buffer.getvalue()


def test_bookmarks_lead_to_their_pages_in_two_levels() -> None:
    """A reader sees sections with their parts below, each on its page."""
    reader = PdfReader(BytesIO(with_outline(_pdf(), MARKS)), strict=True)
    skill, below, made = reader.outline
    assert (skill.title, made.title) == ("Is there skill?", "How it was made")  # type: ignore[union-attr] # entries
    assert [entry.title for entry in below] == ["Figure 1. R² (näher)", "Scores"]  # type: ignore[union-attr] # a list
    assert reader.get_destination_page_number(below[1]) == 1  # type: ignore[index,arg-type] # a list
    assert reader.get_destination_page_number(skill) == 0  # type: ignore[arg-type] # an entry


def test_pages_stay_byte_for_byte() -> None:
    """The update only appends; metadata stays."""
    pdf = _pdf()
    grown = with_outline(pdf, MARKS)
    assert grown.startswith(pdf)
    reader = PdfReader(BytesIO(grown), strict=True)
    assert len(reader.pages) == 2
    assert reader.metadata is not None
    assert reader.metadata.title == "Kept"


def test_document_has_language_and_opens_with_bookmarks() -> None:
    """What assistive software and viewers look for is in the catalogue."""
    root = PdfReader(BytesIO(with_outline(_pdf(), MARKS)), strict=True).root_object
    assert (root["/Lang"], root["/PageMode"]) == ("en-GB", "/UseOutlines")
    assert root["/ViewerPreferences"] == {"/DisplayDocTitle": True}


def test_no_bookmarks_is_an_empty_outline() -> None:
    """A document without headings still opens."""
    assert PdfReader(BytesIO(with_outline(_pdf(1), ())), strict=True).outline == []


def test_bytes_that_are_no_plain_pdf_are_refused() -> None:
    """Nothing is appended to what is not understood."""
    with pytest.raises(SpxError, match="no plain trailer"):
        with_outline(b"%PDF-1.7 nothing", MARKS)
