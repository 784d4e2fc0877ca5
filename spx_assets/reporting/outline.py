"""Bookmarks, language and display settings for a finished PDF, appended as an incremental update.

matplotlib writes no outline. A PDF may be extended by objects, a cross-reference section and a trailer
put after its end (ISO 32000-1, 7.5.6): the pages stay byte for byte what they were.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spx_assets.errors import SpxError


@dataclass(frozen=True)
class Bookmark:
    """An entry of the outline: its text, its page (from 0), its height on the page in points from the bottom."""

    text: str
    page: int
    height: float
    level: int = 0


def with_outline(pdf: bytes, bookmarks: Sequence[Bookmark], *, language: str = "en-GB") -> bytes:
    """The same document with bookmarks that open beside it, its title in the window bar, and its language."""
    root, information, size = _trailer(pdf)
    pages_object = _reference(pdf, root, "Pages")
    kids = [int(kid) for kid in re.findall(rb"(\d+) 0 R", _entry(pdf, pages_object, rb"/Kids \[([^\]]*)\]"))]
    first = size + 1
    objects = {
        root: (
            f"<< /Type /Catalog /Pages {pages_object} 0 R /Outlines {size} 0 R /PageMode /UseOutlines "
            f"/Lang ({language}) /ViewerPreferences << /DisplayDocTitle true >> >>"
        ).encode(),
        **_outline(bookmarks, kids, parent=size, first=first),
    }
    return _appended(pdf, objects, root, information, size + 1 + len(bookmarks))


def _trailer(pdf: bytes) -> tuple[int, int, int]:
    found = re.search(rb"trailer\s*<<(.*?)>>\s*startxref", pdf, re.DOTALL)
    entries = {
        name: re.search(rb"/%b (\d+)" % name, found.group(1)) if found else None for name in (b"Root", b"Info", b"Size")
    }
    values = [int(entry.group(1)) for entry in entries.values() if entry]
    if len(values) != len(entries):
        raise SpxError("The PDF has no plain trailer to extend", way_out="Report this with matplotlib's version.")
    return values[0], values[1], values[2]


def _entry(pdf: bytes, number: int, pattern: bytes) -> bytes:
    start = pdf.index(b"\n%d 0 obj" % number)
    found = re.search(pattern, pdf[start : pdf.index(b"endobj", start)])
    if not found:
        raise SpxError(
            f"Object {number} of the PDF lacks {pattern!r}", way_out="Report this with matplotlib's version."
        )
    return found.group(1)


def _reference(pdf: bytes, number: int, name: str) -> int:
    return int(_entry(pdf, number, rb"/%b (\d+) 0 R" % name.encode()))


def _outline(bookmarks: Sequence[Bookmark], kids: list[int], parent: int, first: int) -> dict[int, bytes]:
    """The outline's root and items: a two-level tree as doubly linked lists (ISO 32000-1, 12.3.3)."""
    above = _parents(bookmarks)
    children: dict[int, list[int]] = {place: [] for place in range(-1, len(bookmarks))}
    for place, owner in enumerate(above):
        children[owner].append(place)
    objects = {parent: f"<< /Type /Outlines{_family(children[-1], first, len(bookmarks))} >>".encode()}
    for place, one in enumerate(bookmarks):
        siblings = children[above[place]]
        rank = siblings.index(place)
        owner = parent if above[place] < 0 else first + above[place]
        links = f" /Prev {first + siblings[rank - 1]} 0 R" if rank else ""
        links += f" /Next {first + siblings[rank + 1]} 0 R" if rank + 1 < len(siblings) else ""
        links += _family(children[place], first, len(children[place]))
        title = (b"\xfe\xff" + one.text.encode("utf-16-be")).hex()
        target = f"[{kids[one.page]} 0 R /XYZ null {one.height:.1f} null]"
        objects[first + place] = f"<< /Title <{title}> /Parent {owner} 0 R{links} /Dest {target} >>".encode()
    return objects


def _parents(bookmarks: Sequence[Bookmark]) -> list[int]:
    """For each bookmark the place of the last one above it in level, -1 at the top."""
    parents = []
    top = -1
    for place, one in enumerate(bookmarks):
        top = place if one.level == 0 else top
        parents.append(-1 if one.level == 0 else top)
    return parents


def _family(children: list[int], first: int, count: int) -> str:
    if not children:
        return ""
    return f" /First {first + children[0]} 0 R /Last {first + children[-1]} 0 R /Count {count}"


def _appended(pdf: bytes, objects: Mapping[int, bytes], root: int, information: int, size: int) -> bytes:
    previous = int(pdf[pdf.rindex(b"startxref") :].split()[1])
    grown = bytearray(pdf if pdf.endswith(b"\n") else pdf + b"\n")
    table = b"xref\n0 1\n0000000000 65535 f \n"
    for number, body in sorted(objects.items()):
        table += b"%d 1\n%010d 00000 n \n" % (number, len(grown))
        grown += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(grown)
    trailer = b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /Prev %d >>\n" % (size, root, information, previous)
    return bytes(grown + table + trailer + b"startxref\n%d\n%%%%EOF\n" % start)
