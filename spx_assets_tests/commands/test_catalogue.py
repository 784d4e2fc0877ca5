"""`spx catalogue`: every series, described, with what the store holds of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from spx_assets.cli import app
from spx_assets.market import CATALOGUE


def _rows(home: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Any]]:
    monkeypatch.setenv("SPX_HOME", str(home))
    result = CliRunner().invoke(app, ["catalogue", "--json"])
    assert result.exit_code == 0, result.output
    return {row["series"]: row for row in json.loads(result.stdout)}


def test_every_series_is_listed_before_the_first_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With unit, range and release rule in words; nothing is held yet, and looking makes nothing."""
    rows = _rows(tmp_path / "home", monkeypatch)

    assert list(rows) == list(CATALOGUE)
    assert {row["rows"] for row in rows.values()} == {0}
    assert rows["vix_close"]["known"] == "16:15 of the day"
    assert rows["treasury_10y"]["known"] == "09:30 of the next session"
    assert rows["core_cpi"]["known"] == "08:30, 30 days after the month"
    assert "cboe VIX" in rows["vix_close"]["ids"]
    assert not (tmp_path / "home").exists()


def test_coverage_is_what_the_store_holds(ran: tuple[Path, dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows, first and last date of each series."""
    row = _rows(ran[0], monkeypatch)["spx_close"]

    assert (row["rows"], row["first"], row["last"], row["revisions"]) == (5031, "1999-01-04", "2018-12-31", 0)


def test_the_table_fits_on_lines(ran: tuple[Path, dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    """One line per series below the heading."""
    monkeypatch.setenv("SPX_HOME", str(ran[0]))

    lines = CliRunner().invoke(app, ["catalogue"]).stdout.splitlines()

    assert len(lines) == len(CATALOGUE) + 2
    assert lines[0].split()[:2] == ["series", "unit"]
