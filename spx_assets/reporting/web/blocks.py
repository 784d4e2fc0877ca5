"""Blocks of the document as HTML elements: headings, paragraphs, definitions, tables, figures."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from spx_assets.reporting import typeset
from spx_assets.reporting.blocks import Block, Definition, Paragraph, PlateBlock, TableBlock
from spx_assets.reporting.table import Column, Table

ELEMENTS = {
    typeset.TITLE: ("h1", ""),
    typeset.SECTION: ("h2", ""),
    typeset.SUBSECTION: ("h3", ""),
    typeset.HEADLINE: ("p", ' class="lead"'),
    typeset.NOTE: ("p", ' class="note"'),
}
# A number as the tables write it: a true minus, a plus, thousands separated by commas.
NUMBER = re.compile(r"[+\N{MINUS SIGN}<]?[\d,]+(?:\.\d+)?")


def anchor(text: str) -> str:
    """The text as an id: “Is there skill?” is `is-there-skill`."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def elements(chapter: Sequence[Block], pictures: Mapping[str, bytes]) -> Iterator[str]:
    """The HTML of each block; definitions that follow one another share a list."""
    terms: list[str] = []
    for block in chapter:
        if isinstance(block, Definition):
            terms.append(f"<dt>{escape(block.term)}</dt><dd>{_prose(block.meaning)}</dd>")
            continue
        if terms:
            yield f"<dl>{''.join(terms)}</dl>"
            terms = []
        yield _element(block, pictures)
    if terms:
        yield f"<dl>{''.join(terms)}</dl>"


def _element(block: Block, pictures: Mapping[str, bytes]) -> str:
    if isinstance(block, Paragraph):
        return _paragraph(block)
    if isinstance(block, TableBlock):
        return _table_block(block)
    if isinstance(block, PlateBlock):
        return _figure(block, pictures.get(block.plate.name))
    raise TypeError(f"No element is made of a {type(block).__name__}")


def _paragraph(block: Paragraph) -> str:
    name, attributes = ELEMENTS.get(block.cut, ("p", ""))
    return f"<{name}{attributes}>{_prose(block.text)}</{name}>" if block.text else ""


def _table_block(block: TableBlock) -> str:
    title = escape(block.title)
    note = f'<p class="after">{_prose(block.note)}</p>' if block.note else ""
    return (
        f'<div class="scroll tabular" role="region" tabindex="0" aria-label="{title}">'
        f"<table><caption><span>{title}</span></caption>{_head(block.table)}<tbody>{''.join(_rows(block.table))}</tbody></table>"
        f"</div>{note}"
    )


def _head(table: Table) -> str:
    if not any(column.head for column in table.columns):
        return ""
    cells = (
        f'<th scope="col" aria-sort="none"{_class(column)}><button type="button">{_lines(column.head)}</button></th>'
        for column in table.columns
    )
    return f"<thead><tr>{''.join(cells)}</tr></thead>"


def _rows(table: Table) -> Iterator[str]:
    for place, row in enumerate(table.rows):
        marks = [name for name, places in (("strong", table.strong), ("ruled", table.ruled)) if place in places]
        attribute = f' class="{" ".join(marks)}"' if marks else ""
        first, *others = _filled(table, place, row)
        cells = "".join(_cell(cell, column) for cell, column in zip(others, table.columns[1:], strict=True))
        yield f'<tr{attribute}><th scope="row"{_value(first)}>{escape(first)}</th>{cells}</tr>'


def _filled(table: Table, place: int, row: tuple[str, ...]) -> tuple[str, ...]:
    """The row with what paper leaves out: a group's name in each of its rows, so that a sorted row still says it."""
    while not row[0] and place > 0:
        place -= 1
        row = tuple(cell or above for cell, above in zip(row, table.rows[place], strict=True))
    return row


def _cell(cell: str, column: Column) -> str:
    return f"<td{_class(column)}{_value(cell)}>{escape(cell)}</td>"


def _lines(head: str) -> str:
    """The head as broken on paper; a word that was hyphenated there is whole."""
    return escape(head.replace("-\n", "").strip()).replace("\n", "<br>")


def _prose(text: str) -> str:
    """Text whose numbers stay with their units and signs, by the same rule as on paper."""
    return escape(" ".join(word.replace(" ", "\N{NO-BREAK SPACE}") for word in typeset.BREAK.split(text)))


def _class(column: Column) -> str:
    name = "wrap" if column.wrap else "n" if column.align == "right" else ""
    return f' class="{name}"' if name else ""


def _value(cell: str) -> str:
    """What the cell is sorted by, where it begins with a number that no date or range goes on from."""
    found = NUMBER.match(cell)
    if not found or cell[found.end() : found.end() + 1] in {"-", "–"}:
        return ""
    text = found.group().replace("\N{MINUS SIGN}", "-").replace("+", "").replace(",", "").replace("<", "")
    return f' data-v="{text}"' if text else ""


def _figure(block: PlateBlock, drawing: bytes | None) -> str:
    plate = block.plate
    label = f"Figure {block.number}. " if block.number else ""
    title = f'<h3 id="{anchor(plate.name)}">{escape(label + plate.title)}</h3>'
    if drawing is None:
        return f"<section>{title}<p>{_prose(plate.caption)}</p></section>"
    data = base64.b64encode(drawing).decode()
    return (
        f'<figure aria-labelledby="{anchor(plate.name)}">{title}'
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(plate.title)}">'
        f'<img alt="{escape(plate.alternative_text)}" src="data:image/png;base64,{data}"></div>'
        f"<figcaption>{_prose(plate.caption)}</figcaption></figure>"
    )
