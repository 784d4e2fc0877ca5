"""What `spx up` starts, and with which environment; that it works is tested in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from spx_assets.commands import up
from spx_assets.definitions import build_definitions
from spx_assets.orchestration.webserver import GRAPH_PAGE, GROUPS
from spx_assets.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home of its own, as of a date."""
    return Settings.load({}, home=tmp_path, as_of="2017-06-30", horizons="1,5")


def test_every_listener_is_on_loopback(settings: Settings, tmp_path: Path) -> None:
    """The webserver, which is guarded, binds loopback by itself; the code server a private socket."""
    server, daemon, webserver = up.graph_services(settings, tmp_path)

    assert str(tmp_path / "code.sock") in server.argv
    assert str(tmp_path / "code.sock") in (tmp_path / "workspace.yaml").read_text()
    assert "--host" not in daemon.argv
    assert "spx_assets.orchestration.webserver" in webserver.argv


def test_the_address_carries_the_token(tmp_path: Path) -> None:
    """Where one is set, the printed address logs in."""
    assert "token=geheim" in up.graph_url(Settings.load({"SPX_GRAPH_TOKEN": "geheim"}, home=tmp_path))


def test_services_get_the_effective_settings(settings: Settings) -> None:
    """Options of the command reach the processes that build the code location anew."""
    given = up.environment(settings)

    built = Settings.load({key: value for key, value in given.items() if key.startswith("SPX_")})
    assert (built.horizons, built.as_of) == (settings.horizons, settings.as_of)
    assert Path(given["DAGSTER_HOME"]).is_absolute()


def test_the_address_unfolds_every_group(settings: Settings) -> None:
    """The groups of the address are those of the code location."""
    graph = build_definitions(settings=settings).resolve_asset_graph()

    assert {graph.get(key).group_name for key in graph.get_all_asset_keys()} == set(GROUPS)
    assert all(group in GRAPH_PAGE for group in GROUPS)
