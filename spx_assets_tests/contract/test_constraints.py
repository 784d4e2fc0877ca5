"""`constraints.txt` pins everything, and says nothing about where it comes from."""

from __future__ import annotations

import re
from importlib.metadata import requires

from spx_assets_tests.conftest import REPOSITORY

LINES = (REPOSITORY / "constraints.txt").read_text().splitlines()
PINS = {line.partition("==")[0].lower().replace("_", "-") for line in LINES if line and not line.startswith("#")}


def test_every_line_is_one_exact_version() -> None:
    """name==version, without addresses or options."""
    assert [line for line in LINES if line and not re.fullmatch(r"#.*|[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line)] == []


def test_every_dependency_is_pinned() -> None:
    """Nothing that pyproject.toml asks for is left to chance."""
    asked = {re.split(r"[<>=!;\[ ]", line)[0].lower().replace("_", "-") for line in requires("spx-assets") or []}

    assert asked - PINS == set()
