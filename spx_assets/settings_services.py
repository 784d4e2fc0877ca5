"""The settings of what runs and is reached over a network: API, dashboard, asset graph, databases, webhook.

What lives here: fields, defaults and meanings, as one block of `Settings`, and the one rule for the three services:
which addresses are loopback, who must have a token, how long a secret is at least. What does not: loading and
rejecting, which `settings` does for all fields alike. None of these can change a result, so none enters the digest.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from spx_assets.errors import SettingsError

LOOPBACK = "127.0.0.1"
LOOPBACK_NAMES = ("localhost", LOOPBACK, "::1")
EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104  # compared with, not listened on
# 16 characters from 64 are 96 bits: out of reach of guessing over a network.
SHORTEST_SECRET = 16


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server that listens on `host`: localhost, 127.0.0.0/8 and ::1."""
    if host.casefold() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


class ServiceSettings(BaseModel):
    """How the services listen, what they let in and where they keep their records."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    graph_port: int = Field(3000, ge=1, le=65535, description="Port of the asset graph, on loopback.")
    graph_token: SecretStr | None = Field(None, description="When set, the asset graph asks for it.")
    api_host: str = Field(LOOPBACK, description="Address the API listens on; beyond loopback it needs a token.")
    api_port: int = Field(8000, ge=1, le=65535, description="Port of the API.")
    api_token: SecretStr | None = Field(None, description="When set, the API and the dashboard ask for it.")
    api_workers: int = Field(1, ge=1, le=64, description="Processes that serve the API.")
    api_allowed_hosts: tuple[str, ...] = Field(
        (), description="Host names that requests may name besides loopback and the address listened on."
    )
    api_root_path: str = Field(
        "",
        pattern=r"^(/[A-Za-z0-9._~-]+)*$",
        description="Path under which a proxy publishes the API, such as /forecast; none unless set.",
    )
    api_max_bytes: int = Field(16 * 2**20, ge=2**10, le=2**30, description="Bytes that a request body may hold.")
    api_deadline: float = Field(5.0, gt=0, le=600, description="Seconds in which a request must have arrived whole.")
    api_concurrency: int = Field(128, ge=1, le=10_000, description="Requests that one worker serves at a time.")
    api_rate: float | None = Field(
        None, gt=0, description="Requests per second that one client may make; unbounded when unset."
    )
    api_keep_models: int = Field(
        3, ge=0, le=100, description="Versions before the current one that stay addressable over HTTP."
    )
    api_drain: float = Field(
        1.0, ge=0, le=600, description="Seconds that a stopping API still answers, not ready any more."
    )
    api_traces: bool = Field(
        False, description="Whether requests are traced with OpenTelemetry (the extra `otel`), as OTEL_* variables say."
    )
    dashboard_host: str = Field(LOOPBACK, description="Address the dashboard listens on; beyond loopback: a token.")
    dashboard_port: int = Field(8501, ge=1, le=65535, description="Port of the dashboard.")
    ledger_url: SecretStr | None = Field(
        None, description="Database of the forecast ledger, such as postgresql://…; ledger.db in the home when unset."
    )
    dagster_postgres_url: SecretStr | None = Field(
        None, description="PostgreSQL database of Dagster's runs and events; SQLite in the home when unset."
    )
    webhook_url: SecretStr | None = Field(
        None, description="Where failures are posted as JSON that Slack understands; nowhere when unset."
    )


def require_token(settings: ServiceSettings, service: Literal["api", "dashboard"]) -> None:
    """Raise SettingsError when the service would listen beyond loopback without a token."""
    host = settings.api_host if service == "api" else settings.dashboard_host
    if settings.api_token is None and not is_loopback(host):
        raise SettingsError(
            f"The {'API' if service == 'api' else service} listens beyond this machine only with a token",
            evidence=f"SPX_{service.upper()}_HOST={host}, and SPX_API_TOKEN is not set",
            way_out=f"Set SPX_API_TOKEN to a secret of at least {SHORTEST_SECRET} characters, or leave "
            f"SPX_{service.upper()}_HOST at {LOOPBACK}.",
        )


def short_secrets(settings: ServiceSettings, secrets: Mapping[str, SecretStr | None]) -> str:
    """Which secrets, by field name, are too short for the hosts listened on, in a sentence; nothing when none is."""
    hosts = {"SPX_API_HOST": settings.api_host, "SPX_DASHBOARD_HOST": settings.dashboard_host}
    reached = [f"{name}={host}" for name, host in hosts.items() if not is_loopback(host)]
    short = [
        f"SPX_{name.upper()}"
        for name, secret in secrets.items()
        if secret is not None and len(secret.get_secret_value()) < SHORTEST_SECRET
    ]
    if not reached or not short:
        return ""
    return (
        f"{' and '.join(short)}: fewer than {SHORTEST_SECRET} characters, too short with {reached[0]}, which other "
        "machines reach; generate one with `openssl rand -hex 24`"
    )
