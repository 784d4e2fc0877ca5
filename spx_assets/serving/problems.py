"""Refusals: what was wrong with a request, in the words of the dialect it came in, at most 2 kB, never its data.

`/v1` answers RFC 9457 problem documents; `/v2` an object with one `error` string (a problem document where `Accept`
names it); `/invocations` a problem document with MLflow's `error_code` and `message` beside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from spx_assets.serving.reply import Reply

LARGEST = 2000
PROBLEM_JSON = b"application/problem+json"
# The clients of these protocols know no other status for a request that they should not repeat.
_AS_400 = frozenset({413, 415, 422})
# Names that a request made up are told when they could be names of ours: nothing in them acts anywhere.
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_PATH = re.compile(r"(?<![\w.])(?:[A-Za-z]:)?(?:[\\/][^\\/\s:;,'\"()]+)+[\\/]?")
_ERROR_CODES = {404: "RESOURCE_DOES_NOT_EXIST", 503: "TEMPORARILY_UNAVAILABLE", 500: "INTERNAL_ERROR"}


class Problem(Exception):
    """A request that is not answered: status, what was wrong, where in the request, what to do instead."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        field: str | None = None,
        way_out: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail)
        self.status = status
        self.detail = detail
        self.field = field
        self.way_out = way_out
        self.headers = headers or {}


def unavailable(detail: str, *, way_out: str, retry_after_s: int = 1) -> Problem:
    """503, to be tried again after a while."""
    return Problem(503, detail, way_out=way_out, headers={"retry-after": str(retry_after_s)})


def in_short(names: Sequence[str]) -> str:
    """The first five names, and a sign that there are more."""
    return ", ".join([*names[:5], *(["…"] if len(names) > 5 else [])])


def plain_names(names: Sequence[str]) -> str:
    """Names from a request, in short; what is no plain name is only counted."""
    plain = [name for name in names if _PLAIN_NAME.fullmatch(name)]
    others = len(names) - len(plain)
    counted = [f"{others} that {'is' if others == 1 else 'are'} no plain name{'' if others == 1 else 's'}"]
    return in_short([*plain, *(counted if others else [])])


def reject_unknown_query(unknown: Sequence[str], known: Sequence[str]) -> None:
    """Problem 422 naming query parameters that a route does not take, when there are any."""
    if unknown:
        hint = f"It takes {', '.join(known)}." if known else "It takes no query parameters."
        raise Problem(422, f"Unknown query parameter: {plain_names(unknown)}.", field="query", way_out=hint)


def without_paths(text: str) -> str:
    """A message of ours as others may read it: of each path on this machine its last part alone."""
    return _PATH.sub(lambda found: "…/" + re.split(r"[\\/]", found[0].rstrip("\\/"))[-1], text)


def reply(problem: Problem, *, path: str, accept: bytes = b"") -> Reply:
    """The problem in the dialect of `path`."""
    if path.startswith("/v2"):
        status = 400 if problem.status in _AS_400 - {413} else problem.status
        if PROBLEM_JSON not in accept:
            return _reply(problem, status, {"error": _sentence(problem)}, b"application/json")
        return _reply(problem, status, _document(problem, status), PROBLEM_JSON)
    if path.startswith("/invocations"):
        status = 400 if problem.status == 422 else problem.status
        code = _ERROR_CODES.get(status, "BAD_REQUEST")
        document = {**_document(problem, status), "error_code": code, "message": _sentence(problem)}
        return _reply(problem, status, document, PROBLEM_JSON)
    return _reply(problem, problem.status, _document(problem, problem.status), PROBLEM_JSON)


def _document(problem: Problem, status: int) -> dict[str, Any]:
    fields = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": problem.detail[:600],
        "field": problem.field,
        "way_out": problem.way_out,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _sentence(problem: Problem) -> str:
    where = f" ({problem.field})" if problem.field else ""
    return f"{problem.detail[:600]}{where} {problem.way_out or ''}".strip()


def _reply(problem: Problem, status: int, document: Mapping[str, Any], media_type: bytes) -> Reply:
    body = json.dumps(document).encode()
    if len(body) > LARGEST:
        body = json.dumps({name: str(value)[:300] for name, value in document.items()}).encode()[:LARGEST]
    headers = [(b"content-type", media_type)]
    headers += [(name.encode(), value.encode()) for name, value in problem.headers.items()]
    return Reply(status, body, tuple(headers))
