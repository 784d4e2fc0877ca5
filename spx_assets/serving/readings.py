"""Routes under `/v1` that only read: the forecast, the model that serves, the versions there are."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from spx_assets.serving import conditional
from spx_assets.serving.deployment import ServedModel
from spx_assets.serving.health import service_of
from spx_assets.serving.messages import Forecasts, ModelDescription, StoredVersions
from spx_assets.serving.outlook import with_coverage
from spx_assets.serving.problems import unavailable

router = APIRouter(prefix="/v1", tags=["v1"])


@router.get("/forecast", response_model=Forecasts)
async def forecast(
    request: Request,
    horizon: Annotated[int | None, Query(description="Sessions ahead; all horizons when left out.")] = None,
) -> Response:
    """The forecast of the coming session(s): value, intervals, skill statement, origin, age and versions."""
    service = service_of(request)
    follower = service.forecast
    outlook = follower.current
    if outlook is None:
        raise unavailable(f"There is no forecast. {follower.problem or ''}".strip(), way_out="`spx run` makes one.")
    document = outlook.document(horizon)
    served = service.model.current
    card = served.card if served is not None and served.version == document["model_version"] else {}
    document["forecasts"] = [with_coverage(entry, card) for entry in document["forecasts"]]
    document["notes"] = card.get("sample", {}).get("notes", [])
    document["age_sessions"] = outlook.age_sessions(datetime.now(UTC))
    service.recorder.answered(outlook)
    etag = hashlib.sha256(json.dumps(document).encode()).hexdigest()[:16]
    return conditional.answer(request.headers, document, etag=etag, modified=outlook.created_at)


@router.get("/model", response_model=ModelDescription)
async def model(request: Request) -> Response:
    """The version that serves: its features in order, its horizons, its card."""
    served = service_of(request).versions.current
    return conditional.answer(request.headers, described(served), etag=served.version, modified=served.created_at)


def described(served: ServedModel) -> dict[str, object]:
    """A version as `/v1/model` shows it."""
    return {
        "version": served.version,
        "created_at": served.created_at.isoformat(),
        "features": list(served.first.model.features),
        "horizons": list(served.horizons),
        "levels": list(served.first.model.score_quantiles),
        "served_from": {str(h): "arrays" if h in served.compiled else "estimator" for h in served.horizons},
        "card": served.card,
    }


@router.get("/models", response_model=StoredVersions)
async def models(request: Request) -> Response:
    """The versions that `/v2/models/spx/versions/{version}` answers for, newest first."""
    service = service_of(request)
    current = service.versions.current.version
    known = service.versions.addressable()
    document = {
        "current": current,
        "versions": [
            {
                "version": each.version,
                "created_at": each.created_at,
                "current": each.version == current,
                "last_session": None if each.last_session is None else each.last_session.isoformat(),
            }
            for each in known
        ],
    }
    listing = " ".join([current, *(each.version for each in known)])
    etag = hashlib.sha256(listing.encode()).hexdigest()[:16]
    return conditional.answer(request.headers, document, etag=etag, modified=service.versions.current.created_at)
