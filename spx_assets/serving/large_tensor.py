"""A large tensor's numbers cut out of its JSON, and read at once into an array by simdjson.

Shortcuts and nothing else: where a request is not plainly of that kind it goes its usual way, and what was cut is held
to the same rules as what was not.
"""

from __future__ import annotations

import re
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

# Not on every platform: its wheels are for the usual ones.
simdjson: Any = import_module("simdjson") if find_spec("simdjson") else None

CUT_FROM_BYTES = 2**16
HEAD_BYTES = 4096
# A parser keeps the memory of the largest list it has seen, about 24 bytes a number: one is kept, of a moderate one.
KEPT_NUMBERS = 500_000
_spare: list[Any] = []
_KEY = b'"data"'
# Inside a string the quotes of the key would be escaped, and the closing one would follow a backslash.
_BEGIN = re.compile(rb'"data"\s*:\s*\[\s*[-0-9]')


def cut(text: bytes) -> tuple[bytes, bytes]:
    """The JSON of a request with its one flat list of numbers left empty, and that list; the list is empty if not cut.

    The list may yet hold what is no number, and the rest be no request: both are for their decoders to say.
    """
    begin = _BEGIN.search(text, 0, HEAD_BYTES) if len(text) >= CUT_FROM_BYTES else None
    if begin is None:
        return text, b""
    start = text.index(b"[", begin.start())
    end = text.find(b"]", start) + 1
    if end == 0 or text.find(b"[", start + 1, end) >= 0:
        return text, b""
    around = text[: start + 1] + text[end - 1 :]
    return (around, text[start:end]) if around.count(_KEY) == 1 else (text, b"")


def numbers_of(text: bytes) -> npt.NDArray[np.float64] | None:
    """The numbers of a large flat list in JSON, without an object for each; None where the usual way has to be gone.

    That includes every list with anything wrong in it: the usual way says what.
    """
    if simdjson is None or len(text) < CUT_FROM_BYTES or text.find(b"[", 1) >= 0:
        return None
    parser = _spare.pop() if _spare else simdjson.Parser()
    try:
        found = np.frombuffer(parser.parse(text).as_buffer(of_type="d"), dtype=np.float64)
    except (ValueError, TypeError, RuntimeError, AttributeError):
        return None
    if not _spare and len(found) <= KEPT_NUMBERS:
        _spare.append(parser)
    return found
