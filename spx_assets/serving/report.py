"""`GET /v1/report.pdf` and `/v1/report.html`: the current analysis report, verified when it is read.

Behind the token like all data. The page brings its own policy, which lets its own style and script run and nothing
else; what a page cannot say of itself, that no other may frame it, is said in a header.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

from fastapi import APIRouter, Request
from starlette.responses import Response

from spx_assets.errors import NotFound, SpxError
from spx_assets.serving import conditional
from spx_assets.serving.health import service_of
from spx_assets.serving.problems import Problem, unavailable
from spx_assets.store import Artifact, Store

ASSET = "analysis_report"
TYPES = {"pdf": "application/pdf", "html": "text/html; charset=utf-8"}
POLICY = "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox allow-scripts allow-popups"

router = APIRouter(prefix="/v1", tags=["v1"])


@router.get("/report.pdf", response_class=Response, responses={200: {"content": {TYPES["pdf"]: {}}}})
async def report_pdf(request: Request) -> Response:
    """The current analysis report as PDF."""
    return await _report(request, "pdf")


@router.get("/report.html", response_class=Response, responses={200: {"content": {"text/html": {}}}})
async def report_html(request: Request) -> Response:
    """The current analysis report as one HTML page."""
    return await _report(request, "html")


async def _report(request: Request, kind: str) -> Response:
    artifact = await asyncio.to_thread(_read, service_of(request).store)
    name = f"{ASSET}.{kind}"
    if name not in artifact.files:
        raise Problem(404, f"The current report has no {kind.upper()}.", way_out="`spx run` makes a report.")
    modified = datetime.fromisoformat(artifact.manifest.created_at)
    return conditional.answer(
        request.headers,
        artifact.files[name],
        etag=f"{artifact.version}-{kind}",
        modified=modified,
        headers={
            "content-type": TYPES[kind],
            "content-disposition": f'inline; filename="{name}"',
            "content-security-policy": POLICY,
        },
    )


def _read(store: Store) -> Artifact:
    try:
        return store.read(ASSET)
    except NotFound:
        raise Problem(404, "There is no report.", way_out="`spx run` makes one.") from None
    except SpxError as error:
        raise unavailable("The report cannot be read.", way_out="`spx verify` says why.", retry_after_s=60) from error
