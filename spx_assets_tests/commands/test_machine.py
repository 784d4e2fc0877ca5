"""`spx doctor` and `spx settings`."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

from spx_assets.home import open_ledger
from spx_assets.settings import Settings
from spx_assets_tests.product import spx
from spx_assets_tests.store.ledger_entries import entry, plant


def test_settings_shows_values_and_origins(tmp_path: Path) -> None:
    """Which value holds, and whether the environment gave it."""
    rows = {row["setting"]: row for row in json.loads(spx("settings", "--json", home=tmp_path, jobs="2").stdout)}

    assert (rows["SPX_JOBS"]["value"], rows["SPX_JOBS"]["from"]) == ("2", "environment")
    assert rows["SPX_SOURCE"]["from"] == "default"


def test_doctor_finds_this_machine_in_order(tmp_path: Path) -> None:
    """Every examination passes on the machine that runs the tests."""
    result = spx("doctor", "--json", home=tmp_path)

    assert result.returncode == 0, result.stdout
    found = {row["looked at"]: row["found"] for row in json.loads(result.stdout)}
    assert {"python", "packages", "home", "embedded data", "store", "ledger"} <= set(found)
    assert found["ledger"] == "no forecast was made yet"
    assert not (tmp_path / "ledger.db").exists()


def test_doctor_finds_a_ledger_that_no_longer_refuses(tmp_path: Path) -> None:
    """A trigger was dropped: status 3, and which; before, how many forecasts there are."""
    open_ledger(Settings.load({}, home=tmp_path)).append([entry()])
    sound = spx("doctor", home=tmp_path)
    with sqlite3.connect(tmp_path / "ledger.db") as connection:
        connection.execute("DROP TRIGGER forecast_ledger_delete")

    result = spx("doctor", home=tmp_path)

    assert "1 forecasts, 0 with their outcome, append-only" in sound.stdout
    assert result.returncode == 3
    assert "forecast_ledger_delete is missing" in result.stdout


def test_doctor_moves_a_garbage_row_into_quarantine(tmp_path: Path) -> None:
    """Named with status 3; repaired and said, and from then on in order, with the row counted and kept."""
    ledger = open_ledger(Settings.load({}, home=tmp_path))
    ledger.append([entry(1)])
    plant(f"sqlite:///{tmp_path / 'ledger.db'}", forecast="x")

    found, repaired, after = (spx("doctor", *flag, home=tmp_path) for flag in ((), ("--repair",), ()))

    assert [3, 0, 0] == [found.returncode, repaired.returncode, after.returncode]
    assert "row 2" in found.stdout
    assert "ledger row 2 was moved to quarantined_forecasts: forecast 'x'" in repaired.stdout
    assert "1 in quarantine" in after.stdout.replace("\n", " ")
    assert [entry(1)] == ledger.rows()


def test_doctor_notices_a_lost_ledger_every_time(ran: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    """Compared with every stored forecast: without the file, and with a new one."""
    copy = tmp_path / "home"
    shutil.copytree(ran[0], copy)
    for file in copy.glob("ledger.db*"):
        file.unlink()

    without = spx("doctor", home=copy)
    is_made = (copy / "ledger.db").exists()
    open_ledger(Settings.load({}, home=copy))
    renewed = spx("doctor", home=copy)

    assert not is_made
    for result in (without, renewed):
        assert result.returncode == 3
        assert "3 published forecasts are not in the ledger" in " ".join(result.stdout.split())


def test_doctor_finds_a_home_that_cannot_be(tmp_path: Path) -> None:
    """A file where the home should be: status 3, and which examination failed."""
    (tmp_path / "file").write_text("in the way")

    result = spx("doctor", home=tmp_path / "file")

    assert result.returncode == 3
    assert "home" in result.stderr
