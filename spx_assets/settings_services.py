"""The settings of what runs and is reached over a network: API, dashboard, asset graph, databases, webhook.

What lives here: fields, defaults and meanings, as one block of `Settings`. What does not: loading and refusing,
which `settings` does for all fields alike. None of these can change a result, so none enters the settings digest.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, SecretStr

LOOPBACK = "127.0.0.1"


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
