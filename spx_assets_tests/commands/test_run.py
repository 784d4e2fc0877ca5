"""What `spx run` prints, and how it stops."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from spx_assets_tests.product import command, environment, spx


def test_a_refused_check_ends_with_what_was_done_and_what_was_not(tmp_path: Path) -> None:
    """The summary shows what was stored before the refusal; one message names asset and check; status 3."""
    result = spx("run", home=tmp_path, first_train="5000")

    assert result.returncode == 3
    assert "raw_market" in result.stdout
    assert "walk_forward" not in result.stdout
    assert "have a new version" not in result.stdout
    assert result.stderr.count("enough_history") == 1
    assert "spx: cleaned_data was not stored" in result.stderr


def test_a_day_that_has_not_come_is_refused(tmp_path: Path) -> None:
    """Nobody knows yet what was known then."""
    result = spx("run", "--as-of", "2037-01-01", home=tmp_path)

    assert result.returncode == 2
    assert "has not come yet" in result.stderr
    assert not (tmp_path / "as-of").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_at_once_and_nothing_is_lost(number: int, tmp_path: Path) -> None:
    """In the middle of a run, to the whole process group as a terminal does: status 130, one line, a whole store."""
    process = subprocess.Popen(
        command("run"), env=environment(tmp_path), stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "raw_market: done" in line:
            break
    os.killpg(process.pid, number)
    said = process.stderr.read()

    assert process.wait(timeout=30) == 130
    assert "stopped. What was stored is whole" in said
    assert "Traceback" not in said
    assert spx("verify", home=tmp_path).returncode == 0
