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

from spx_assets.home import open_store
from spx_assets.orchestration.instance import open_instance
from spx_assets.settings import Settings
from spx_assets_tests.product import ONE_HORIZON, command, environment, payload_files, spx, started


def _killed_run(home: Path, after_s: float) -> bool:
    """Start a run, kill it after a while; whether it was still running then."""
    process = subprocess.Popen(
        command("run"),
        env=environment(home, **ONE_HORIZON),
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
    result = started("run", "--json", home=home, **ONE_HORIZON)
    assert result.returncode == 0, result.stderr
    return time.monotonic() - begun


def _survives(home: Path, kills: int, seed: int) -> int:
    """Kill `kills` runs at random moments, verify after each; how many were really cut off."""
    moments = random.Random(seed)  # noqa: S311  # moments to kill at, not secrets
    duration = _duration(home)
    whole = payload_files(home)
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
    _duration(home)
    assert whole == payload_files(home)
    return cut_off


def test_a_few_kills_lose_nothing(ran: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    """Killed early, in the middle and late: whole each time, and the next run closes the rest.

    Every byte of every asset, made anew by other processes in another home, is that of the home that was run once.
    """
    for asset in ("raw_market", "trained_model", "next_forecast"):
        _killed_at(tmp_path, f"{asset}: done")
        assert all(verdict.ok for verdict in open_store(Settings.load({}, home=tmp_path)).verify())

    assert spx("run", home=tmp_path).returncode == 0

    assert payload_files(ran[0]) == payload_files(tmp_path)
    with open_instance(Settings.load({}, home=tmp_path)) as instance:
        assert sorted(run.status.value for run in instance.get_runs()) == [*3 * ["FAILURE"], "SUCCESS"]


def _killed_at(home: Path, line: str) -> None:
    """Start a run and kill it when it prints `line`."""
    process = subprocess.Popen(
        command("run"), env=environment(home), stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stderr is not None
    assert any(line in said for said in process.stderr)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_two_hundred_kills_lose_nothing(tmp_path: Path) -> None:
    """Two hundred kills at random moments; then a run completes and every file is as it would have been."""
    assert _survives(tmp_path, kills=200, seed=3) > 100
