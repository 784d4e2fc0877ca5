"""The services' settings."""

from __future__ import annotations

import pytest

from spx_assets.errors import SettingsError
from spx_assets.settings import Settings
from spx_assets.settings_services import LOOPBACK, ServiceSettings


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
