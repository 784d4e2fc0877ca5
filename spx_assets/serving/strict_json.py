"""JSON in its strict form: known fields, finite numbers, every key once; refusals name the place, never the data.

Shape and types are msgspec's; what lives here is what it leaves open: keys given twice, and messages that repeat what
was sent.
"""

from __future__ import annotations

import json
import re
from typing import Any, TypeVar

import msgspec

from spx_assets.serving.problems import Problem, plain_names

T = TypeVar("T")

_UNKNOWN = re.compile(r"Object contains unknown field `(.*?)`( - at `\$.*`)?\Z", re.DOTALL)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BYTE = re.compile(r" \(byte ([0-9]+)\)\Z")
_PLACE = re.compile(r"(.*?)(?: - at `(?:key in )?(\$[^`]*)`)?\Z", re.DOTALL)


def decoded(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    """The value in `body`; Problem 400 when it is no JSON, 422 when it is not what the decoder expects."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise _invalid(str(error)) from None
    except msgspec.DecodeError as error:
        if body.startswith(_BYTE_ORDER_MARK):
            return decoded(decoder, body[len(_BYTE_ORDER_MARK) :])
        raise _malformed(str(error), body) from None
    except UnicodeDecodeError:
        raise Problem(400, "The text is not in UTF-8.", field="$") from None
    except RecursionError:
        raise Problem(400, "The JSON nests too deeply.") from None


def refuse_duplicate_keys(body: bytes, keys: int) -> None:
    """Problem 422 when an object of `body`, JSON already decoded, gives a key twice.

    `keys` counts the keys that were decoded and the colons inside strings: where as many colons stand in the body, no
    key was given twice, and nothing needs to be parsed again.
    """
    if body.count(b":") == keys and b"\\" not in body:
        return
    try:
        json.loads(body, object_pairs_hook=_once)
    except RecursionError:
        raise Problem(400, "The JSON nests too deeply.") from None


def keys_of(value: Any) -> int:
    """Keys and colons in strings of a decoded value, for `refuse_duplicate_keys`."""
    if isinstance(value, str):
        return value.count(":")
    if isinstance(value, dict):
        return sum(1 + key.count(":") + keys_of(part) for key, part in value.items())
    if isinstance(value, list):
        return sum(keys_of(part) for part in value if not isinstance(part, float | int))
    return 0


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Problem(422, "An object gives the same key twice.", way_out="Give every key once.")
    return found


def _malformed(message: str, body: bytes) -> Problem:
    found = _BYTE.search(message)
    at = int(found[1]) if found else len(body)
    if body[at : at + 1] in {b"N", b"I"}:
        return Problem(400, "JSON has no NaN and no Infinity.", field=f"$ (byte {at})", way_out="Send finite numbers.")
    return Problem(400, f"{_BYTE.sub('', _without_data(message))}.", field=f"$ (byte {at})")


def _invalid(message: str) -> Problem:
    place = _PLACE.fullmatch(message)
    said, where = (place[1], place[2]) if place else (message, None)
    if unknown := _UNKNOWN.match(message):
        said = f"Object contains an unknown field: {plain_names([unknown[1]])}"
    return Problem(422, f"{_without_data(said)}.", field=where or "$")


def _without_data(message: str) -> str:
    """Msgspec's words, without the values of enums and tags that it would repeat."""
    return re.sub(r"value '.*'", "value", message, flags=re.DOTALL)[:300]
