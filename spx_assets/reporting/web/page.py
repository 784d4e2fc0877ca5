"""The whole page: one file of bytes that names no other, equal for equal documents."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from html import escape

from spx_assets.reporting.blocks import Block
from spx_assets.reporting.pdf import Document
from spx_assets.reporting.web.behaviour import SCRIPT
from spx_assets.reporting.web.blocks import anchor, elements
from spx_assets.reporting.web.look import style_sheet


def page(document: Document, pictures: Mapping[str, bytes]) -> bytes:
    """The document as HTML; `pictures` are the drawings by figure name, embedded."""
    style = style_sheet()
    chapters = [(_title(chapter), chapter) for chapter in document.chapters if chapter]
    links = "".join(f'<li><a href="#{anchor(title)}">{escape(title)}</a></li>' for title, _ in chapters)
    body = "".join(
        f'<section id="{anchor(title)}" aria-label="{escape(title)}">{"".join(elements(chapter, pictures))}</section>'
        for title, chapter in chapters
    )
    text = (
        f'<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>{escape(document.title)}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(style)}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta name="description" content="{escape(document.subject)}"><style>{style}</style></head><body>'
        f'<a class="skip" href="#{anchor(chapters[0][0])}">To the verdict</a>'
        f'<header class="bar"><span>{escape(document.running.head)}, {escape(document.running.edition)}</span>'
        '<button type="button" id="theme" hidden>Dark</button></header>'
        f'<div class="layout"><nav aria-label="Chapters"><ol>{links}</ol></nav><main>{body}</main></div>'
        f"<footer>{escape(document.running.foot)}</footer><script>{SCRIPT}</script></body></html>\n"
    )
    return text.encode()


def _title(chapter: tuple[Block, ...]) -> str:
    """The bookmark that a chapter begins with."""
    return next(block.bookmark for block in chapter if block.bookmark)


def _policy(style: str) -> str:
    """Nothing is fetched; only this style and this script count; pictures are data."""
    return (
        f"default-src 'none'; img-src data:; style-src '{_digest(style)}'; script-src '{_digest(SCRIPT)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
