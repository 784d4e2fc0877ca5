"""`/openapi.json` and `/docs`: every route, typed by the features of the model that serves, with examples that run.

The hot routes stand in front of FastAPI and are described in `operations`. The page is one
file without anything from elsewhere: it works offline, and runs no script but its own.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.metadata import version as package_version
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from spx_assets.serving import hot, operations
from spx_assets.serving.deployment import MODEL_NAME, ServedModel
from spx_assets.serving.health import NO_STORE, service_of
from spx_assets.serving.messages import ProblemDocument

router = APIRouter(include_in_schema=False)
PAGE = Path(__file__).with_name("docs.html")
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
_ERROR = {"application/json": {"schema": {"type": "object", "properties": {"error": {"type": "string"}}}}}
# Every error status, and when it is answered.
MEANINGS = {
    "400": "The request is not HTTP or not JSON; under /v2 and /invocations also: not what is expected.",
    "401": "A token is needed, or it is wrong.",
    "404": "There is no such route, model, version or horizon.",
    "413": "The body is larger than SPX_API_MAX_BYTES.",
    "415": "The body is of another type or encoding.",
    "421": "The Host header names no host of this service (SPX_API_ALLOWED_HOSTS).",
    "422": "The request is not what is expected: the answer names the field.",
    "429": "More requests than SPX_API_RATE allows: Retry-After says when to come back.",
    "500": "A fault of the service, which it has logged.",
    "503": "No model or forecast yet, or too many requests at a time: Retry-After says when to come back.",
}


@router.get("/")
async def root() -> Response:
    """The page for people, where nothing else is asked for; relative, so that it holds behind a prefix."""
    return RedirectResponse("docs", status_code=307, headers=NO_STORE)


@router.get("/docs")
async def docs() -> Response:
    """The page for people."""
    page, policy = _page()
    return HTMLResponse(page, headers={"content-security-policy": policy, **NO_STORE})


@router.get("/openapi.json")
async def openapi(request: Request) -> Response:
    """The document for programs."""
    service = service_of(request)
    described = document(request.app, service.model.current)
    return JSONResponse({**described, "servers": [{"url": service.settings.api_root_path or "/"}]}, headers=NO_STORE)


def document(app: FastAPI, served: ServedModel | None) -> dict[str, Any]:
    """The OpenAPI document, with the features of `served`; without a model, of any features."""
    made = get_openapi(title=app.title, version=package_version("spx-assets"), summary=app.summary, routes=app.routes)
    made["components"]["schemas"]["ProblemDocument"] = ProblemDocument.model_json_schema()
    made["components"]["schemas"].pop("HTTPValidationError", None)
    made["components"]["schemas"].pop("ValidationError", None)
    for path, methods in made["paths"].items():
        for route in methods.values():
            _examples(route, served)
            _refusals(route, path)
    hot_paths = {
        hot.PREDICTIONS: operations.predictions(served),
        hot.INVOCATIONS: operations.invocations(served),
        hot.INFER: operations.infer(served, ("model",)),
        hot.INFER_VERSION: operations.infer(served, ("model", "version")),
    }
    for path, route in hot_paths.items():
        _examples(route, served)
        _refusals(route, path)
    made["paths"] = {**{path: {"post": route} for path, route in hot_paths.items()}, **made["paths"]}
    return made


def _examples(route: dict[str, Any], served: ServedModel | None) -> None:
    known = {"model": MODEL_NAME, "version": None if served is None else served.version}
    for parameter in route.get("parameters", []):
        if parameter["in"] == "path" and known.get(parameter["name"]):
            parameter["example"] = known[parameter["name"]]


def _refusals(route: dict[str, Any], path: str) -> None:
    content = {**_ERROR, **_PROBLEM} if path.startswith("/v2") else _PROBLEM
    for status, meaning in MEANINGS.items():
        known = route["responses"].get(status)
        if known is None or status == "422":
            route["responses"][status] = {"description": meaning, "content": content}


@cache
def _page() -> tuple[str, str]:
    """The page, and the policy that lets its own style and script run and nothing else."""
    page = PAGE.read_text(encoding="utf-8")
    digests = {}
    for tag in ("style", "script"):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, flags=re.DOTALL)
        digests[tag] = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
    allowed = "; ".join(f"{tag}-src 'sha256-{digest}'" for tag, digest in digests.items())
    return page, f"default-src 'none'; connect-src 'self'; {allowed}; frame-ancestors 'none'; base-uri 'none'"
