"""The services' settings."""

from __future__ import annotations

from typing import Literal

import pytest

from spx_assets.errors import SettingsError
from spx_assets.settings import Settings
from spx_assets.settings_services import LOOPBACK, ServiceSettings, is_loopback, require_token


def test_every_service_listens_on_loopback_unless_told() -> None:
    """No address but this machine's own is a default."""
    settings = Settings.load({})

    assert {settings.api_host, settings.dashboard_host} == {LOOPBACK}


def test_no_service_setting_can_change_a_result() -> None:
    """The settings digest is the same whatever the services do."""
    told = Settings.load({"SPX_API_PORT": "8001", "SPX_API_WORKERS": "2", "SPX_WEBHOOK_URL": "http://127.0.0.1:1"})

    assert told.digest() == Settings.load({}).digest()


def test_secrets_are_not_shown() -> None:
    """Tokens and addresses with passwords never appear in `spx settings`."""
    secrets = {"SPX_API_TOKEN", "SPX_GRAPH_TOKEN", "SPX_LEDGER_URL", "SPX_DAGSTER_POSTGRES_URL", "SPX_WEBHOOK_URL"}
    told = Settings.load(dict.fromkeys(secrets, "not-for-your-eyes"))

    assert not [row for row in told.explain() if "not-for-your-eyes" in row["value"]]


@pytest.mark.parametrize("name", ["api_port", "api_workers", "api_deadline", "dashboard_port"])
def test_a_number_out_of_its_range_is_refused(name: str) -> None:
    """Ports, workers and seconds are positive."""
    with pytest.raises(SettingsError, match=name.upper()):
        Settings.load({f"SPX_{name.upper()}": "0"})
    assert name in ServiceSettings.model_fields


LONG = "0123456789abcdef"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost", "LOCALHOST", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("service", ["api", "dashboard"])
def test_on_loopback_no_service_needs_a_token(host: str, service: Literal["api", "dashboard"]) -> None:
    """All of 127.0.0.0/8, ::1 and localhost, for both services alike; a short secret may stand there."""
    require_token(Settings.load({f"SPX_{service.upper()}_HOST": host}), service)

    assert is_loopback(host)
    assert Settings.load({f"SPX_{service.upper()}_HOST": host, "SPX_API_TOKEN": "x"}).api_token is not None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "127.1", "localhost.example", "128.0.0.1"])  # noqa: S104  # rejected
@pytest.mark.parametrize("service", ["api", "dashboard"])
@pytest.mark.parametrize("token", ["", "  "])
def test_beyond_loopback_a_service_needs_a_token(host: str, service: Literal["api", "dashboard"], token: str) -> None:
    """An empty or blank one is none; the message names both settings."""
    variable = f"SPX_{service.upper()}_HOST"

    with pytest.raises(SettingsError, match=rf"{variable}={host}.*SPX_API_TOKEN"):
        require_token(Settings.load({variable: host, "SPX_API_TOKEN": token}), service)
    require_token(Settings.load({variable: host, "SPX_API_TOKEN": LONG}), service)


@pytest.mark.parametrize("secret", ["SPX_API_TOKEN", "SPX_GRAPH_TOKEN", "SPX_SIGNING_KEY"])
@pytest.mark.parametrize("host", ["SPX_API_HOST", "SPX_DASHBOARD_HOST"])
def test_beyond_loopback_a_short_secret_is_rejected(secret: str, host: str) -> None:
    """Fifteen characters are too few, blanks around them do not count, and the secret is not shown."""
    with pytest.raises(SettingsError, match=rf"{secret}.*16 characters.*{host}") as rejected:
        Settings.load({secret: f"  {LONG[:15]} ", host: "0.0.0.0"})  # noqa: S104  # rejected

    assert LONG[:15] not in str(rejected.value)
    assert Settings.load({secret: LONG, host: "0.0.0.0"})  # noqa: S104  # nothing is bound
