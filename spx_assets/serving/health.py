"""Routes that say how the service is: live, ready, MLflow's probes, metrics.

Live means that it answers; ready, that a verified model is served and it is not stopping. While a newer version cannot
be taken over the last good one serves on: ready, with the problem named.
"""

from __future__ import annotations

import time
from importlib.metadata import version as package_version
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from spx_assets.serving.exposition import Exposition
from spx_assets.serving.messages import Live, Ready
from spx_assets.serving.service import Service

router = APIRouter(tags=["health"])
NO_STORE = {"cache-control": "no-store"}


def service_of(request: Request) -> Service:
    """The worker's service."""
    found: Service = request.app.state.service
    return found


def readiness(service: Service) -> dict[str, Any]:
    """What `/v2/health/ready` says."""
    model = service.model
    problem = "The service is stopping." if service.draining else model.problem
    return {
        "ready": model.current is not None and not service.draining,
        "live": True,
        "model_version": model.version,
        "problem": problem,
        "way_out": "`spx run` makes and deploys a model." if model.current is None else None,
    }


@router.get("/v2/health/live", response_model=Live)
async def live() -> Response:
    """The process answers."""
    return JSONResponse({"live": True}, headers=NO_STORE)


@router.get("/v2/health/ready", response_model=Ready, responses={503: {"model": Ready}})
async def ready(request: Request) -> Response:
    """A verified model is served; 503 while there is none, and while the service stops."""
    state = readiness(service_of(request))
    return JSONResponse(state, status_code=200 if state["ready"] else 503, headers=NO_STORE)


@router.get("/ping", response_class=PlainTextResponse, responses={503: {"description": "Not ready."}})
@router.get("/health", response_class=PlainTextResponse, responses={503: {"description": "Not ready."}})
async def ping(request: Request) -> Response:
    """MLflow's probes: 200 when a model is served."""
    is_ready = readiness(service_of(request))["ready"]
    return PlainTextResponse("\n", status_code=200 if is_ready else 503, headers=NO_STORE)


@router.get("/version", response_class=PlainTextResponse)
async def version() -> Response:
    """The release that serves, as MLflow's scoring server tells its own."""
    return PlainTextResponse(package_version("spx-assets"), headers=NO_STORE)


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(request: Request) -> Response:
    """Requests, errors, latencies, the served version and its age, added up over all workers."""
    service = service_of(request)
    exposition = Exposition(service.metrics, service.model, now=time.time())
    body, media_type = exposition.text(request.headers.get("accept", ""))
    return Response(body, headers={"content-type": media_type, **NO_STORE})
