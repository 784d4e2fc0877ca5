"""How the dashboard may be started, and how not."""

from __future__ import annotations

from pathlib import Path

import pytest

from spx_assets.dashboard import launch
from spx_assets.errors import NotFound, UsageError
from spx_assets.settings import Settings
from spx_assets_tests.dashboard.contrast import contrast

TOKEN = "a secret of 24 characters"  # noqa: S105  # a test's own


def _options(**settings: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for option in launch.arguments(Settings.load({}, **settings))[2:]:
        name, _, value = option.removeprefix("--").partition("=")
        found.setdefault(name, []).append(value)
    return found


def test_it_listens_on_loopback_and_keeps_to_itself() -> None:
    """No statistics, no traceback, no watcher, no unsafe export, requests by this machine's names only."""
    options = _options(dashboard_port="8600")

    assert ["127.0.0.1"] == options["server.address"]
    assert ["8600"] == options["server.port"]
    assert {"localhost", "127.0.0.1"} == set(options["server.allowedHosts"])
    expected = {
        "browser.gatherUsageStats": "false",
        "client.showErrorDetails": "none",
        "client.disableDataExport": "true",
        "server.fileWatcherType": "none",
        "server.enableXsrfProtection": "true",
        "server.enableCORS": "true",
        "server.headless": "true",
    }
    assert expected == {name: options[name][0] for name in expected}


def test_every_option_is_one_of_streamlit() -> None:
    """A newer Streamlit that renames one fails here, not at a user's."""
    from streamlit import config  # noqa: PLC0415  # the extra

    config.get_config_options()

    assert set(_options()) <= set(config._config_options_template)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "dashboard.example"])  # noqa: S104  # what is refused
def test_beyond_loopback_it_wants_a_token(host: str) -> None:
    """Without one it does not start; with one it does."""
    with pytest.raises(UsageError, match="SPX_API_TOKEN"):
        launch.arguments(Settings.load({}, dashboard_host=host))

    assert [host] == _options(dashboard_host=host, api_token=TOKEN)["server.address"]


def test_without_streamlit_there_is_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is named."""
    monkeypatch.setattr(launch, "find_spec", lambda _: None)

    with pytest.raises(NotFound, match=r"spx-assets\[dashboard\]"):
        launch.arguments(Settings.load({}))


def test_the_address_can_be_typed_on_this_machine() -> None:
    """Listening everywhere is reached by loopback; an IPv6 address stands in brackets."""
    shown = {
        host: launch.address(Settings.load({}, dashboard_host=host))
        for host in ("127.0.0.1", "0.0.0.0", "::1")  # noqa: S104  # only shown
    }

    assert {
        "127.0.0.1": "http://127.0.0.1:8501",
        "0.0.0.0": "http://127.0.0.1:8501",  # noqa: S104  # only shown
        "::1": "http://[::1]:8501",
    } == shown


def test_names_beyond_loopback_are_those_allowed() -> None:
    """Listening everywhere accepts the names that are given, or any where none is."""
    everywhere = {"dashboard_host": "0.0.0.0", "api_token": TOKEN}  # noqa: S104  # with a token

    assert ("*",) == launch.allowed_hosts(Settings.load({}, **everywhere))
    assert "spx.example" in launch.allowed_hosts(Settings.load({}, **everywhere, api_allowed_hosts="spx.example"))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("on", ["backgroundColor", "secondaryBackgroundColor"])
@pytest.mark.parametrize("colour", ["textColor", "primaryColor", "linkColor", "codeTextColor"])
def test_text_is_readable_on_both_themes(theme: str, on: str, colour: str) -> None:
    """WCAG AA: at least 4.5 to 1."""
    assert contrast(launch.THEME[f"theme.{theme}.{colour}"], launch.THEME[f"theme.{theme}.{on}"]) >= 4.5


def test_the_script_is_there() -> None:
    """What Streamlit is told to run."""
    assert Path(launch.APP).is_file()
