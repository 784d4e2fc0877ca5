"""`spx doctor` and `spx settings`."""

from __future__ import annotations

import json
from pathlib import Path

from spx_assets_tests.product import spx


def test_settings_shows_values_and_origins(tmp_path: Path) -> None:
    """Which value holds, and whether the environment gave it."""
    rows = {row["setting"]: row for row in json.loads(spx("settings", "--json", home=tmp_path, jobs="2").stdout)}

    assert (rows["SPX_JOBS"]["value"], rows["SPX_JOBS"]["from"]) == ("2", "environment")
    assert rows["SPX_SOURCE"]["from"] == "default"


def test_doctor_finds_this_machine_in_order(tmp_path: Path) -> None:
    """Every examination passes on the machine that runs the tests."""
    result = spx("doctor", "--json", home=tmp_path)

    assert result.returncode == 0, result.stdout
    assert {"python", "packages", "home", "embedded data", "store"} <= {
        r["looked at"] for r in json.loads(result.stdout)
    }


def test_doctor_finds_a_home_that_cannot_be(tmp_path: Path) -> None:
    """A file where the home should be: status 3, and which examination failed."""
    (tmp_path / "file").write_text("in the way")

    result = spx("doctor", home=tmp_path / "file")

    assert result.returncode == 3
    assert "home" in result.stderr
