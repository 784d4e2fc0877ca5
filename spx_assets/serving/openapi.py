"""`/openapi.json` and `/docs`: every route, typed by the features of the model that serves, with examples that run.

The hot routes stand in front of FastAPI and are described here, from the same types that decode them. The page is one
file without anything from elsewhere: it works offline, and runs no script but its own.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version as package_version
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from starlette.responses import HTMLResponse, JSONResponse, Response

from spx_assets.serving import hot
from spx_assets.serving.deployment import MODEL_NAME, ServedModel
from spx_assets.serving.health import NO_STORE, service_of
from spx_assets.serving.messages import ProblemDocument

router = APIRouter(include_in_schema=False)
PAGE = Path(__file__).with_name("docs.html")
NUMBER: Mapping[str, Any] = {"type": "number"}
NULLABLE: Mapping[str, Any] = {"type": ["number", "null"]}
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
_ERROR = {"application/json": {"schema": {"type": "object", "properties": {"error": {"type": "string"}}}}}
_REFUSALS = ("400", "401", "404", "413", "415", "421", "422", "429", "500", "503")


@router.get("/docs")
async def docs() -> Response:
    """The page for people."""
    page, policy = _page()
    return HTMLResponse(page, headers={"content-security-policy": policy, **NO_STORE})


@router.get("/openapi.json")
async def openapi(request: Request) -> Response:
    """The document for programs."""
    return JSONResponse(document(request.app, service_of(request).model.current), headers=NO_STORE)


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
    hot_paths = {hot.PREDICTIONS: _predictions(served), hot.INVOCATIONS: _invocations(served)}
    hot_paths |= {hot.INFER: _infer(served, ("model",)), hot.INFER_VERSION: _infer(served, ("model", "version"))}
    for path, route in hot_paths.items():
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
    for status in _REFUSALS:
        known = route["responses"].get(status)
        if known is None or status == "422":
            route["responses"][status] = {"description": "Refused, and why.", "content": content}


def _row(served: ServedModel | None) -> dict[str, float]:
    if served is None:
        return {}
    core = served.first.model
    return dict(zip(core.features, core.golden_rows[0].tolist(), strict=True))


def _predictions(served: ServedModel | None) -> dict[str, Any]:
    row = _row(served)
    of_row: dict[str, Any] = {"type": "object", "additionalProperties": NUMBER}
    if served is not None:
        of_row = _object(dict.fromkeys(row, NUMBER), required=list(row))
    horizons = {"enum": list(served.horizons)} if served else {}
    levels = {"enum": list(served.first.model.score_quantiles)} if served else {}
    request = _object(
        {
            "rows": {"type": "array", "minItems": 1, "items": of_row},
            "horizon": {"type": "integer", **horizons},
            "level": {"type": "number", **levels},
            "explain": {"type": "boolean"},
        },
        required=["rows"],
    )
    prediction = {
        "type": "object",
        "required": ["forecast", "lower", "upper"],
        "properties": {
            "forecast": NUMBER,
            "lower": NULLABLE,
            "upper": NULLABLE,
            "baseline": NULLABLE,
            "contributions": {"type": ["object", "null"], "additionalProperties": NUMBER},
            "outside_training_range": {"type": "array", "items": {"type": "string"}},
        },
    }
    answer = {
        "model_version": {"type": "string"},
        "horizon": {"type": "integer"},
        "level": NUMBER,
        "predictions": {"type": "array", "items": prediction},
    }
    return _route("v1", "predictions", "Predictions with intervals for rows of features by name, in order.") | _bodies(
        request, {"rows": [row]}, {"type": "object", "required": list(answer), "properties": answer}
    )


def _invocations(served: ServedModel | None) -> dict[str, Any]:
    row = _row(served)
    table = {"type": "array", "items": {"type": "array", "items": NUMBER}}
    request = _object(
        {
            "dataframe_split": {"type": "object"},
            "dataframe_records": {"type": "array", "items": {"type": "object"}},
            "instances": {"type": "array"},
            "inputs": {"anyOf": [table, {"type": "object"}, {"type": "array"}]},
            "params": {"type": "object"},
        }
    )
    example = {"dataframe_split": {"columns": list(row), "data": [list(row.values())]}}
    answer = {
        "type": "object",
        "required": ["predictions"],
        "properties": {"predictions": {"type": "array", "items": NUMBER}},
    }
    return _route("mlflow", "invocations", "MLflow's scoring protocol: JSON in its four forms, or text/csv.") | _bodies(
        request, example, answer
    )


def _infer(served: ServedModel | None, parameters: tuple[str, ...]) -> dict[str, Any]:
    row = list(_row(served).values())
    tensor = {"name": "features", "shape": [1, len(row)], "datatype": "FP64", "data": row}
    of_tensor = {
        "type": "object",
        "required": ["name", "shape", "datatype"],
        "properties": {
            "name": {"type": "string"},
            "shape": {"type": "array", "items": {"type": "integer"}},
            "datatype": {"enum": ["FP64", "FP32"]},
            "parameters": {"type": "object"},
            "data": {"type": "array"},
        },
    }
    request = _object(
        {
            "id": {"type": "string"},
            "parameters": {"type": "object"},
            "inputs": {"type": "array", "minItems": 1, "items": of_tensor},
            "outputs": {"type": "array", "items": {"type": "object"}},
        },
        required=["inputs"],
    )
    answer = {
        "type": "object",
        "required": ["model_name", "model_version", "outputs"],
        "properties": {
            "model_name": {"type": "string"},
            "model_version": {"type": "string"},
            "id": {"type": "string"},
            "outputs": {"type": "array", "items": {"type": "object"}},
        },
    }
    route = _route("v2", "_".join(("infer", *parameters)), "Open Inference Protocol: tensors in, tensors out.")
    route["parameters"] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in parameters
    ]
    _examples(route, served)
    return route | _bodies(request, {"inputs": [tensor]}, answer)


def _object(properties: Mapping[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    closed = {"type": "object", "properties": properties, "additionalProperties": False}
    return closed if required is None else {**closed, "required": required}


def _route(tag: str, name: str, description: str) -> dict[str, Any]:
    return {"tags": [tag], "operationId": name, "summary": name.replace("_", " "), "description": description}


def _bodies(request: Mapping[str, Any], example: Any, answer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "requestBody": {"required": True, "content": {"application/json": {"schema": request, "example": example}}},
        "responses": {"200": {"description": "Answered.", "content": {"application/json": {"schema": answer}}}},
    }


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
