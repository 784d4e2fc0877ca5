"""How a whole column of text writes its numbers: with a decimal point, a decimal comma, or separated thousands.

A column is rewritten with decimal points only where all its cells agree on one notation and one of them proves it:
`4742,83` has a decimal comma, `4,742.83` and `3,743,050,000` separate thousands, `4,742` may be either.
"""

from __future__ import annotations

import re

_COMMA = re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+)(?:,[0-9]+)?")
_COMMA_PROVED = re.compile(r"-?[0-9.]+,(?:[0-9]{1,2}|[0-9]{4,})")
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})*(?:\.[0-9]+)?")
_THOUSANDS_PROVED = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|-?[0-9]{1,3}(?:,[0-9]{3}){2,}")
# What stands for a value that a source does not have, in any column.
_MISSING = frozenset(("", "-", "--", ".", "null", "N/A"))


def with_decimal_points(columns: list[list[str]]) -> list[list[str]]:
    """The columns of a file, each that writes its numbers otherwise in plain notation; others as they are."""
    if any(_proves_decimal_commas(column) for column in columns):
        # A file has one notation: a point in another column would be a thousands separator.
        return [_from_decimal_commas(column) for column in columns]
    return [_from_thousands(column) for column in columns]


def _numbers(column: list[str]) -> list[str]:
    return [cell for cell in column if cell not in _MISSING]


def _proves_decimal_commas(column: list[str]) -> bool:
    cells = _numbers(column)
    return all(_COMMA.fullmatch(cell) for cell in cells) and any(_COMMA_PROVED.fullmatch(cell) for cell in cells)


def _from_decimal_commas(column: list[str]) -> list[str]:
    cells = _numbers(column)
    if not all(_COMMA.fullmatch(cell) for cell in cells) or not any("," in cell or "." in cell for cell in cells):
        return column
    return [cell if cell in _MISSING else cell.replace(".", "").replace(",", ".") for cell in column]


def _from_thousands(column: list[str]) -> list[str]:
    cells = _numbers(column)
    separated = sum("," in cell for cell in cells)
    # One cell with a separator among others is a damaged one.
    if separated < min(2, len(cells)) or not separated or not all(map(_THOUSANDS.fullmatch, cells)):
        return column
    proved = any(_THOUSANDS_PROVED.fullmatch(cell) for cell in cells)
    whole = all("," in cell for cell in cells if len(cell.lstrip("-").partition(".")[0]) > 3)
    return [cell.replace(",", "") for cell in column] if proved and whole else column
