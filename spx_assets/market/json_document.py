"""Bytes of a JSON answer as values, strictly: UTF-8, finite numbers, each key once, of a bearable depth."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from spx_assets.market.refusal import Problems, quoted

_WAY_OUT = "Fetch it again; if it stays, the source has changed its format."


def document(data: bytes, problems: Problems) -> dict[str, Any]:
    """The object in the bytes; SourceRefused when they are not certainly one."""
    try:
        read = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse_constant, object_pairs_hook=_distinct)
    except (ValueError, RecursionError) as broken:
        problems.refuse(f"is not sound JSON ({str(broken)[:120]})", _WAY_OUT)
    if not isinstance(read, dict):
        problems.refuse("is not a JSON object", _WAY_OUT)
    return read


def member(value: Any, path: str, kind: type | tuple[type, ...], problems: Problems) -> Any:
    """What stands at a dotted path (`chart.result.0.meta`); refused where it is missing or of another kind."""
    found = value
    for name in path.split("."):
        if isinstance(found, list) and name.isdecimal() and int(name) < len(found):
            found = found[int(name)]
        elif isinstance(found, dict) and name in found:
            found = found[name]
        else:
            problems.refuse("is missing", _WAY_OUT, f"at {path}")
    if not isinstance(found, kind) or isinstance(found, bool):
        problems.refuse(f"holds {quoted(found)}", _WAY_OUT, f"at {path}")
    return found


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return read
