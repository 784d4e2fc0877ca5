"""Text that came from outside, made fit to be kept and shown: no secrets, no control characters, no formulas.

What lives here: one function per kind of output. What does not: judging whether a text is right, which readers do.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

# The longest name of a file, after `landing/`.
LONGEST_SOURCE = 300
# The format's own limit of a cell (Excel specifications and limits).
LONGEST_CELL = 32_767
# A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# What a URI, a path and the name of an institution are written with; no quotes, angle brackets or backslashes.
_SOURCE = re.compile(r"[\w/.~(\[][\w .,:;/?&=%#+@~()\[\]{}!*'$|–—-]*")
_QUERY = re.compile(r"[?#]")
# Queries that name a series at FRED and Stooq, and nothing else.
_SERIES_QUERY = re.compile(r"\?(?:(?:series_)?id=[A-Z0-9_]{1,20}|s=[\w.%^]{1,12}&i=[dwm])")
# `user:password@` before the host, also where the password has unescaped characters that would end the host; a port
# is no password.
_USER = re.compile(r"(?:[^/?#@]*:(?!\d{1,5}(?:[/?#]|$))[^@]*|[^/?#@]*)@")


def printable(text: str, *, keep: str = "") -> str:
    """The text with every control or invisible character as its escape, except those of `keep`."""
    if text.isprintable():
        return text
    return "".join(character if _is_shown(character, keep) else _escaped(character) for character in text)


def without_secrets(address: str) -> str:
    """An address without user, password, query and fragment; any other text as it is.

    A query that only names a series of FRED or Stooq stays; in an object store's URI a question mark without a
    parameter is a pattern.
    """
    scheme, separator, rest = address.partition("://")
    if not separator:
        return address
    if user := _USER.match(rest):
        rest = rest[user.end() :]
    place = _QUERY.split(rest, maxsplit=1)[0]
    if _SERIES_QUERY.fullmatch(rest[len(place) :]):
        return f"{scheme}{separator}{rest}"
    is_pattern = scheme.lower() not in {"http", "https"} and "=" not in rest and "#" not in rest
    return f"{scheme}{separator}{rest if is_pattern else place}"


def sources_without_secrets(sources: str) -> str:
    """Each of several comma-separated sources without its secrets."""
    return ",".join(without_secrets(source) for source in sources.split(","))


def is_plain_source(text: str) -> bool:
    """Whether a text may say where an observation is from: a URI, a path or a plain name of bearable length."""
    return len(text) <= LONGEST_SOURCE and _SOURCE.fullmatch(text) is not None


def as_source(text: str) -> str:
    """The text as a plain source: every character that could act, percent-encoded."""
    return text if is_plain_source(text) else quote(text, safe="/ .,:;~()")[:LONGEST_SOURCE]


def spreadsheet_text(text: str) -> str:
    """The text as a cell that no spreadsheet runs, and that every one can hold."""
    # A spreadsheet trims spaces first, so they do not make a formula harmless.
    is_formula = text.lstrip(" \n").startswith(FORMULA_STARTS)
    return printable(f"'{text}" if is_formula else text, keep="\n\r\t")[:LONGEST_CELL]


def markdown_code(text: str) -> str:
    """The text as inline code of Markdown: nothing in it is markup."""
    inside = printable(text).replace("`", "'")
    return f"`{inside}`"


def _is_shown(character: str, keep: str) -> bool:
    return character.isprintable() or character in keep or unicodedata.category(character) == "Zs"


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
