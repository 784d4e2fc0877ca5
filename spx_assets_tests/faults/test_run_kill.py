"""`kill -9` at any moment of `spx run`: the store always verifies, and the next run needs no manual step."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from spx_assets_tests.product import command, environment, payload_files, spx

Ran = tuple[Path, dict[str, Any]]


def _killed_run(home: Path, after_s: float) -> bool:
    """Start a run, kill it after a while; whether it was still running then."""
    process = subprocess.Popen(
        command("run"),
        env=environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + after_s
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    alive = process.poll() is None
    if alive:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return alive


def _duration(home: Path) -> float:
    begun = time.monotonic()
    result = spx("run", "--json", home=home)
    assert result.returncode == 0, result.stderr
    return time.monotonic() - begun


def _survives(home: Path, kills: int, seed: int, whole: dict[str, bytes]) -> int:
    """Kill `kills` runs at random moments, verify after each; how many were really cut off."""
    moments = random.Random(seed)  # noqa: S311  # moments to kill at, not secrets
    duration = _duration(home)
    cut_off = 0
    for _ in range(kills):
        # Every other run starts from nothing, so that first commits are cut off as well as re-runs.
        if moments.random() < 0.5:
            shutil.rmtree(home / "store", ignore_errors=True)
        cut_off += _killed_run(home, moments.uniform(0.0, duration))
        if (home / "store").is_dir():
            verdict = spx("verify", "--json", home=home)
            assert verdict.returncode == 0, verdict.stderr
            assert all(row["ok"] for row in json.loads(verdict.stdout))
    result = spx("run", "--json", home=home)
    assert result.returncode == 0, result.stderr
    assert whole == payload_files(home)
    return cut_off


def test_a_few_kills_lose_nothing(ran: Ran, tmp_path: Path) -> None:
    """Six kills at random moments; then a run completes and every file is as it would have been."""
    assert _survives(tmp_path, kills=6, seed=2, whole=payload_files(ran[0])) > 0


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_two_hundred_kills_lose_nothing(ran: Ran, tmp_path: Path) -> None:
    """Two hundred kills at random moments; then a run completes and every file is as it would have been."""
    assert _survives(tmp_path, kills=200, seed=3, whole=payload_files(ran[0])) > 100


def test_killed_runs_do_not_stay_open(ran: Ran, tmp_path: Path) -> None:
    """After a kill the next run closes the abandoned one, so that no run stays started for ever."""
    shutil.copytree(ran[0], tmp_path / "home")
    from spx_assets.orchestration.instance import open_instance  # noqa: PLC0415
    from spx_assets.settings import Settings  # noqa: PLC0415

    duration = _duration(tmp_path / "home")
    assert _killed_run(tmp_path / "home", 0.75 * duration)
    _duration(tmp_path / "home")

    with open_instance(Settings.load({}, home=tmp_path / "home")) as instance:
        assert {run.status.value for run in instance.get_runs()} <= {"SUCCESS", "FAILURE"}
