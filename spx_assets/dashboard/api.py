"""The API as pages ask it, through the project's own client: where it is, whether it is ready, what it predicts.

A page that waits is a page that fails: answers must come within seconds, and every failure is a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import httpx

from spx_assets.errors import DataRefused, NotFound
from spx_assets.serving.client import ApiError, Client, Prediction, Predictions, Readiness
from spx_assets.settings import Settings
from spx_assets.settings_services import EVERY_ADDRESS, LOOPBACK

__all__ = ["Prediction", "Predictions", "Readiness", "base_url", "predict", "readiness"]

TIMEOUT_S = 5.0


def base_url(settings: Settings) -> str:
    """Where the API of these settings is reached from this machine."""
    host = LOOPBACK if settings.api_host in EVERY_ADDRESS else settings.api_host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.api_port}"


def readiness(settings: Settings) -> Readiness:
    """How the API is; NotFound when nobody answers."""
    with _client(settings) as client:
        return client.ready()


def predict(settings: Settings, rows: Sequence[Mapping[str, float]], *, horizon: int, level: float) -> Predictions:
    """What the API predicts for feature rows; DataRefused with its own words when it will not."""
    with _client(settings) as client:
        return client.predict(rows, horizon=horizon, level=level)


@contextmanager
def _client(settings: Settings) -> Iterator[Client]:
    """A client inside the block, whose failures leave it as refusals with a way out."""
    url = base_url(settings)
    token = None if settings.api_token is None else settings.api_token.get_secret_value()
    try:
        with Client(url, token, timeout_s=TIMEOUT_S) as client:
            yield client
    except ApiError as refused:
        raise DataRefused(
            f"The API refused ({refused.status})",
            evidence=str(refused.problem.get("detail") or "")[:300],
            way_out=str(refused.problem.get("way_out") or "")[:300],
        ) from refused
    except httpx.HTTPError as error:
        raise NotFound(
            # Without the number that Linux gives the failure.
            f"The API does not answer at {url}",
            evidence=str(error).rpartition("] ")[2],
            way_out="`spx serve` starts it.",
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataRefused(
            f"What answers at {url} is not this API", way_out="Set SPX_API_PORT to the API's own port."
        ) from error
