"""Who asks: a request's id and its place in a trace, taken from its headers or made here."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from itertools import count
from typing import NamedTuple

_SAFE_ID = re.compile(rb"[A-Za-z0-9._~+/=:@-]{1,128}")
_TRACEPARENT = re.compile(rb"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")


class Identity(NamedTuple):
    """A request's id; `traceparent` is None when the caller traces nothing."""

    request_id: bytes
    traceparent: bytes | None

    def headers(self) -> list[tuple[bytes, bytes]]:
        """What the answer says of it."""
        given = [(b"x-request-id", self.request_id)]
        return given if self.traceparent is None else [*given, (b"traceparent", self.traceparent)]


class Identities:
    """Ids of one process: a random beginning and a number, so that they are unique and cost next to nothing."""

    def __init__(self) -> None:
        self._beginning = os.urandom(6).hex().encode()
        self._numbers = count(1)

    def of(self, headers: Mapping[bytes, bytes]) -> Identity:
        """The id that the caller gave, when it is plain text, else a new one; a trace goes on under our span."""
        given = headers.get(b"x-request-id")
        if given is None or not _SAFE_ID.fullmatch(given):
            given = b"%b%08x" % (self._beginning, next(self._numbers))
        parent = headers.get(b"traceparent")
        return Identity(given, None if parent is None else _continued(parent))


def _continued(parent: bytes) -> bytes | None:
    found = _TRACEPARENT.fullmatch(parent)
    return None if found is None else b"00-%b-%b-%b" % (found[1], os.urandom(8).hex().encode(), found[2])
