"""What the running services say of themselves, asked over HTTP on loopback: the API's metrics, the dashboard's counts.

A service that is not meant to run is told apart from one that is missed. Nothing here knows Dagster.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from spx_assets import service_record
from spx_assets.dashboard import counters
from spx_assets.dashboard.launch import address
from spx_assets.errors import SpxError
from spx_assets.home import open_store
from spx_assets.settings import Settings

TIMEOUT_S = 2.0
# A worker looks at the pointer several times a second; a model that fails to load is tried again within seconds.
MAY_LAG_S = 60.0


@dataclass(frozen=True)
class Observed:
    """One service at one moment; counts are since its start, `latency_ms` is the mean over all requests."""

    status: str
    started_at: str = ""
    version: str = ""
    deployed: str = ""
    deployed_for_s: float | None = None
    requests: int | None = None
    errors: int | None = None
    latency_ms: float | None = None
    interactions: int | None = None
    problem: str = ""

    @property
    def is_missed(self) -> bool:
        """Meant to run, and not there."""
        return self.status == "down"

    @property
    def is_behind(self) -> bool:
        """Running, and serving another version than the deployed one for over a minute."""
        could_have = self.deployed_for_s is not None and self.deployed_for_s > MAY_LAG_S
        return self.status == "up" and self.version != self.deployed and could_have

    def facts(self) -> dict[str, Any]:
        """What there is to say, by name; what does not apply is left out."""
        return {name.replace("_", " "): value for name, value in asdict(self).items() if value not in {"", None}}


def prediction_service(settings: Settings) -> Observed:
    """The API: asked for readiness and metrics where its note says that it listens."""
    record = service_record.read(settings.root / "serving")
    if record is None:
        return Observed("not meant to run")
    pointer = settings.store_root / "deployed_model" / "CURRENT"
    known: dict[str, Any] = {
        "started_at": record.started_at,
        "deployed": _deployed(settings),
        "deployed_for_s": round(time.time() - pointer.stat().st_mtime, 1) if pointer.exists() else None,
    }
    token = "" if settings.api_token is None else settings.api_token.get_secret_value()
    try:
        text = get(f"{record.url}/metrics", token)
    except OSError as error:
        return Observed("down", problem=f"{record.url} does not answer: {error}", **known)
    return Observed("up", **known, **_counted(text))


def dashboard(settings: Settings) -> Observed:
    """The dashboard: its counts, and whether it answers."""
    counted = counters.read(settings.root / "dashboard")
    if counted is None or counted.stopped_at:
        return Observed("not meant to run")
    known: dict[str, Any] = {
        "started_at": counted.started_at,
        "requests": counted.views,
        "interactions": counted.what_if_runs,
    }
    url = address(settings)
    try:
        get(f"{url}/_stcore/health", "")
    except OSError as error:
        return Observed("down", problem=f"{url} does not answer: {error}", **known)
    return Observed("up", **known)


def _deployed(settings: Settings) -> str:
    """The deployed version; nothing when the pointer cannot be trusted, which `spx verify` says."""
    try:
        return open_store(settings).current("deployed_model") or ""
    except SpxError:
        return ""


def get(url: str, token: str) -> str:
    """What a service of this machine answers; OSError when it does not."""
    import httpx  # noqa: PLC0415  # a run in this process observes nothing, and need not pay for it

    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        # Not through a proxy of the environment: it would get the token, and does not know this machine's services.
        return httpx.get(url, headers=headers, timeout=TIMEOUT_S, trust_env=False).raise_for_status().text
    except httpx.HTTPError as error:
        raise OSError(type(error).__name__) from error


def _counted(text: str) -> dict[str, Any]:
    """Requests, errors, mean latency and served version of a Prometheus exposition."""
    from prometheus_client.parser import text_string_to_metric_families  # noqa: PLC0415  # as above

    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]

    def total(name: str) -> float:
        return sum(sample.value for sample in samples if sample.name == name)

    answered = [sample for sample in samples if sample.name == "http_requests_total"]
    seconds, count = total("http_request_duration_seconds_sum"), total("http_request_duration_seconds_count")
    return {
        "version": next((s.labels.get("version", "") for s in samples if s.name == "spx_model_info"), ""),
        "requests": int(sum(sample.value for sample in answered)),
        "errors": int(_errors(answered)),
        "latency_ms": round(1000 * seconds / count, 3) if count else None,
        "interactions": int(total("spx_prediction_rows_total")),
    }


def _errors(answered: Iterable[Any]) -> float:
    """The service's own: a visitor who asks for what is not there, or sends what is rejected, is none."""
    return float(sum(sample.value for sample in answered if sample.labels.get("status", "").startswith("5")))


def observed(settings: Settings) -> dict[str, Observed]:
    """Both services, by the name of their asset."""
    return {"prediction_service": prediction_service(settings), "dashboard": dashboard(settings)}
