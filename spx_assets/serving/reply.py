"""What a hot route is given and gives back: plain values, with no framework between a request and its bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

Headers = tuple[tuple[bytes, bytes], ...]

JSON: Headers = ((b"content-type", b"application/json"),)


class Call(NamedTuple):
    """A request whose body has arrived whole. `headers` have lower-case names."""

    path: str
    headers: Mapping[bytes, bytes]
    body: bytes


class Reply(NamedTuple):
    """An answer: status, body, and every header but its length and the ones all answers share."""

    status: int
    body: bytes
    headers: Headers = JSON
    rows: int = 0
