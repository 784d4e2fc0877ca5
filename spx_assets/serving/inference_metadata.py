"""The Open Inference Protocol's routes that only tell: server, models, their tensors, what the repository holds.

Models are `spx_<h>` for each horizon, and `spx` for the shortest. Tensors are described in full: a client can form a
request from what these routes say.
"""

from __future__ import annotations

from importlib.metadata import version as package_version
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from spx_assets.serving.deployment import MODEL_NAME, ServedModel
from spx_assets.serving.health import NO_STORE, readiness, service_of
from spx_assets.serving.inference_protocol import OUTPUTS
from spx_assets.serving.messages import InferenceModel, InferenceServer, ModelReady, RepositoryEntry
from spx_assets.serving.problems import Problem, unavailable

router = APIRouter(prefix="/v2", tags=["v2"])
EXTENSIONS = ["binary_tensor_data", "model_repository"]


@router.get("", response_model=InferenceServer)
@router.get("/", response_model=InferenceServer, include_in_schema=False)
async def server() -> Response:
    """Name, release and extensions of the server."""
    return JSONResponse({"name": "spx_assets", "version": package_version("spx-assets"), "extensions": EXTENSIONS})


@router.get("/models/{model}", response_model=InferenceModel)
async def model(request: Request, model: str) -> Response:
    """The model's tensors, and the versions that can be asked for."""
    return _metadata(request, service_of(request).versions.current, model)


@router.get("/models/{model}/versions/{version}", response_model=InferenceModel)
async def model_version(request: Request, model: str, version: str) -> Response:
    """The same of one version."""
    return _metadata(request, await service_of(request).versions.at(version), model)


@router.get("/models/{model}/ready", response_model=ModelReady)
async def model_ready(request: Request, model: str) -> Response:
    """Whether the model answers."""
    return _ready(request, service_of(request).versions.current, model)


@router.get("/models/{model}/versions/{version}/ready", response_model=ModelReady)
async def model_version_ready(request: Request, model: str, version: str) -> Response:
    """Whether that version answers."""
    return _ready(request, await service_of(request).versions.at(version), model)


@router.post("/repository/index", response_model=list[RepositoryEntry])
async def repository_index(request: Request) -> Response:
    """Every model in the version that serves."""
    served = service_of(request).versions.current
    names = [MODEL_NAME, *(f"{MODEL_NAME}_{horizon}" for horizon in served.horizons)]
    entries = [{"name": name, "version": served.version, "state": "READY", "reason": ""} for name in names]
    return JSONResponse(entries, headers=NO_STORE)


def metadata(served: ServedModel, name: str, versions: list[str]) -> dict[str, Any]:
    """What the protocol says of a model."""
    predictor = served.predictors[_horizon(served, name)]
    features = list(predictor.model.features)
    return {
        "name": name,
        "versions": versions,
        "platform": "spx_assets",
        "inputs": [
            {
                "name": "features",
                "datatype": "FP64",
                "shape": [-1, len(features)],
                "parameters": {"names": features, "datatypes": ["FP64", "FP32"]},
            }
        ],
        "outputs": [{"name": output, "datatype": "FP64", "shape": [-1]} for output in OUTPUTS],
        "parameters": {
            "horizon": predictor.model.horizon,
            "levels": list(predictor.model.score_quantiles),
            "level": predictor.usual_level,
        },
    }


def _metadata(request: Request, served: ServedModel, name: str) -> Response:
    versions = [each.version for each in service_of(request).versions.addressable()]
    return JSONResponse(metadata(served, name, versions))


def _ready(request: Request, served: ServedModel, name: str) -> Response:
    _horizon(served, name)
    if not readiness(service_of(request))["ready"]:
        raise unavailable("The service is stopping.", way_out="Ask another instance.")
    return JSONResponse({"name": name, "version": served.version, "ready": True}, headers=NO_STORE)


def _horizon(served: ServedModel, name: str) -> int:
    horizon = served.horizon_of(name)
    if horizon is None:
        raise Problem(404, "There is no such model.", way_out="POST /v2/repository/index lists them.")
    return horizon
