"""The API as pages ask it: where it is, whether it is ready, what it predicts.

A page that waits is a page that fails: answers must come within seconds, and every failure is a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from spx_assets.dashboard.launch import EVERYWHERE
from spx_assets.errors import DataRefused, NotFound
from spx_assets.settings import Settings
from spx_assets.settings_services import LOOPBACK

TIMEOUT_S = 5.0


@dataclass(frozen=True)
class Prediction:
    """Log returns; bounds are None where too few errors are known for the interval."""

    forecast: float
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class Answer:
    """Predictions in the order of the rows, and the version that made them."""

    model_version: str
    horizon: int
    level: float
    predictions: Sequence[Prediction]


@dataclass(frozen=True)
class Readiness:
    """Whether a verified model is served, which, and what keeps the newest from being it."""

    ready: bool
    model_version: str | None
    problem: str | None


def base_url(settings: Settings) -> str:
    """Where the API of these settings is reached from this machine."""
    host = LOOPBACK if settings.api_host in EVERYWHERE else settings.api_host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.api_port}"


def readiness(settings: Settings) -> Readiness:
    """How the API is; NotFound when nobody answers."""
    found = _document(settings, _asked(settings, "GET", "/v2/health/ready"))
    return Readiness(bool(found.get("ready")), found.get("model_version"), found.get("problem"))


def predict(settings: Settings, rows: Sequence[Mapping[str, float]], *, horizon: int, level: float) -> Answer:
    """What the API predicts for feature rows; DataRefused with its own words when it will not."""
    body = {"rows": [dict(row) for row in rows], "horizon": horizon, "level": level}
    response = _asked(settings, "POST", "/v1/predictions", body)
    found = _document(settings, response)
    if response.status_code != httpx.codes.OK:
        raise DataRefused(
            f"The API did not predict ({response.status_code})",
            evidence=str(found.get("detail") or found.get("title") or "")[:300],
            way_out=str(found.get("way_out") or "")[:300],
        )
    predictions = tuple(Prediction(each["forecast"], each["lower"], each["upper"]) for each in found["predictions"])
    return Answer(found["model_version"], found["horizon"], found["level"], predictions)


def _asked(settings: Settings, method: str, path: str, body: Any = None) -> httpx.Response:
    token = settings.api_token
    headers = {} if token is None else {"authorization": f"Bearer {token.get_secret_value()}"}
    try:
        # No proxy of the environment stands between two services of one machine.
        with httpx.Client(base_url=base_url(settings), headers=headers, timeout=TIMEOUT_S, trust_env=False) as client:
            return client.request(method, path, json=body)
    except httpx.HTTPError as error:
        raise NotFound(
            f"The API does not answer at {base_url(settings)}", evidence=str(error), way_out="`spx serve` starts it."
        ) from error


def _document(settings: Settings, response: httpx.Response) -> dict[str, Any]:
    try:
        found = response.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise DataRefused(
            f"What answers at {base_url(settings)} is not this API",
            evidence=f"status {response.status_code}",
            way_out="Set SPX_API_PORT to the API's own port.",
        )
    return found
