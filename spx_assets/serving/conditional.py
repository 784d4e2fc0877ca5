"""Answers that a client may keep: ETag, Last-Modified, and 304 when nothing changed (RFC 9110, section 13)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from starlette.responses import Response


def answer(
    given: Mapping[str, str], document: Any, *, etag: str, modified: datetime, headers: Mapping[str, str] = {}
) -> Response:
    """The document, or 304 when the request names this ETag or, naming none, a time not before `modified`.

    Bytes go out as they are, under the `content-type` in `headers`; anything else as JSON.
    """
    modified = modified.astimezone(UTC).replace(microsecond=0)
    headers = {
        **headers,
        "etag": f'"{etag}"',
        "last-modified": format_datetime(modified, usegmt=True),
        "cache-control": "no-cache",
    }
    if _is_known(given, headers["etag"], modified):
        return Response(status_code=304, headers=headers)
    if isinstance(document, bytes):
        return Response(document, headers=headers)
    body = json.dumps(document, allow_nan=False, ensure_ascii=False).encode()
    return Response(body, media_type="application/json", headers=headers)


def _is_known(given: Mapping[str, str], etag: str, modified: datetime) -> bool:
    tags = given.get("if-none-match")
    if tags is not None:
        named = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return etag in named or "*" in named
    since = given.get("if-modified-since")
    if since is None:
        return False
    try:
        return parsedate_to_datetime(since) >= modified
    except (TypeError, ValueError):
        return False
