"""`create_app`: every part of the sidecar put together, for one worker.

The hot routes stand in front of FastAPI in `guard`, and in its OpenAPI document all the same. Nothing is read from the
store before the application starts.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from spx_assets.serving import health, hot, inference_metadata, openapi, problems, readings, record, report
from spx_assets.serving.access_log import AccessLog, LineWriter
from spx_assets.serving.admission import OPEN_PATHS, Admission, Rules
from spx_assets.serving.guard import Guard, Limits
from spx_assets.serving.metrics import Metrics
from spx_assets.serving.problems import Problem, reject_unknown_query
from spx_assets.serving.reply import Reply
from spx_assets.serving.service import Service
from spx_assets.settings import Settings

ROUTERS = (readings.router, record.router, report.router, inference_metadata.router, health.router, openapi.router)
# Bodies held at a time by one worker, in units of the largest one.
BODIES_HELD = 4


def shared_metrics(workers: int) -> Metrics:
    """The counters of all workers, made before they part."""
    cold = [(method, route.path) for router in ROUTERS for route in router.routes for method in route.methods]  # type: ignore[attr-defined]  # only API routes
    return Metrics([*hot.ROUTES, *sorted(cold)], workers)


def create_app(settings: Settings, metrics: Metrics | None = None, log: AccessLog | None = None) -> Guard:
    """The ASGI application of one worker."""
    service = Service.of(settings, metrics or shared_metrics(1))
    token = settings.api_token
    rules = Rules(
        listens_on=settings.api_host,
        hosts=settings.api_allowed_hosts,
        token=None if token is None else token.get_secret_value().encode(),
        rate=settings.api_rate,
    )
    most = settings.api_max_bytes
    return Guard(
        _cold(service),
        hot.HotRoutes(service.versions, service.metrics),
        service=service,
        admission=Admission(rules),
        log=log or AccessLog(LineWriter(lambda: service.metrics.add("dropped_log_lines"))),
        root_path=settings.api_root_path,
        limits=Limits(most, BODIES_HELD * most, settings.api_concurrency),
    )


def _cold(service: Service) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service.running():
            yield

    app = FastAPI(
        title="spx_assets",
        summary="An honest forecast of the S&P 500's return, served.",
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        dependencies=[Depends(_known_query)],
        exception_handlers={
            Problem: _problem,
            HTTPException: _http_exception,
            RequestValidationError: _invalid,
            Exception: _fault,
        },
    )
    app.state.service = service
    for router in ROUTERS:
        app.include_router(router)
    return app


def _known_query(request: Request) -> None:
    """Problem 422 naming a query parameter that the route does not take, or that is given twice.

    Probes and pages may carry what keeps a cache away.
    """
    if not request.url.query or request.url.path in OPEN_PATHS:
        return
    known = {field.alias for field in request.scope["route"].dependant.query_params}
    given = [name for name, _ in request.query_params.multi_items()]
    reject_unknown_query([name for name in given if name not in known], sorted(known))
    if len(given) != len(set(given)):
        raise Problem(422, "A query parameter is given twice.", field="query", way_out="Give it once.")


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return _response(request, error)


async def _http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said = {404: "There is no such route.", 405: "The route does not take this method."}
    detail = said.get(error.status_code, "The request cannot be answered.")
    way_out = "GET /docs lists every route." if error.status_code in said else None
    # The guard answers HEAD by what GET gives.
    headers = {name: "GET, HEAD" if value == "GET" else value for name, value in (error.headers or {}).items()}
    return _response(request, Problem(error.status_code, detail, way_out=way_out, headers=headers))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    return _response(request, Problem(422, f"{first['msg']}.", field=".".join(map(str, first["loc"]))))


async def _fault(request: Request, _: Exception) -> Response:
    return _response(request, Problem(500, "This is a fault of the service, and was logged."))


def _response(request: Request, problem: Problem) -> Response:
    reply: Reply = problems.reply(problem, path=request.url.path, accept=request.headers.get("accept", "").encode())
    headers = {name.decode(): value.decode() for name, value in reply.headers}
    return Response(reply.body, status_code=reply.status, headers=headers)
