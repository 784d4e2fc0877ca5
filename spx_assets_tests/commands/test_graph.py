"""`spx graph` serves what `up` serves of the asset graph, and refuses like it."""

from __future__ import annotations

import socket
from pathlib import Path

from spx_assets_tests.product import spx


def test_a_taken_port_is_refused_with_the_way_out(tmp_path: Path) -> None:
    """Before anything is started or written."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        refused = spx("graph", home=tmp_path / "home", graph_port=str(port))

    assert refused.returncode == 2
    assert f"SPX_GRAPH_PORT={port + 1}" in refused.stderr
    assert not (tmp_path / "home").exists()
