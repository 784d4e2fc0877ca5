"""`spx serve`."""

from __future__ import annotations

from pathlib import Path

from spx_assets.commands.serve import address
from spx_assets.settings import Settings
from spx_assets_tests.product import spx
from spx_assets_tests.serving.running import Running


def test_it_prints_where_it_listens(served: Running) -> None:
    """Before it serves."""
    lines = served.log.read_text().splitlines()

    assert lines[0].split() == ["API", served.url]
    assert lines[1].split() == ["documents", f"{served.url}/docs"]


def test_beyond_loopback_it_does_not_start_without_a_token(tmp_path: Path) -> None:
    """Exit status 2, with the way out."""
    result = spx("serve", "--host", "0.0.0.0", home=tmp_path)  # noqa: S104  # it does not start

    assert result.returncode == 2
    assert "SPX_API_TOKEN" in result.stderr


def test_an_address_of_version_six_is_written_in_brackets() -> None:
    """So that it can be copied."""
    assert address(Settings.load({}, api_host="::1", api_port=8123)) == "http://[::1]:8123"
