"""`spx dashboard` refuses before it starts; that it works is tested in a real browser."""

from __future__ import annotations

import socket
from pathlib import Path

from spx_assets_tests.product import spx


def test_it_does_not_listen_beyond_loopback_without_a_token(tmp_path: Path) -> None:
    """Bad usage, with the way out, and nothing started or counted."""
    result = spx("dashboard", home=tmp_path, dashboard_host="0.0.0.0")  # noqa: S104  # what is refused

    assert result.returncode == 2
    assert "Set SPX_API_TOKEN" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_taken_port_names_this_command(tmp_path: Path) -> None:
    """The way out can be copied."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        result = spx("dashboard", home=tmp_path, dashboard_port=str(port))

    assert result.returncode == 2
    assert f"SPX_DASHBOARD_PORT={port + 1} spx dashboard" in result.stderr
