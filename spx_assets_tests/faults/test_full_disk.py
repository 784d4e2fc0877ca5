"""A disk that fills up under running services: what was answered before is answered on."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from spx_assets_tests.e2e.up import up

FULL_FOR_S = 60.0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 MB in memory; skips where it may not be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "spx", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("only root may mount a small file system")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(disk: Path) -> Path:
    """A file that leaves not a byte of the disk."""
    ballast = disk / "ballast"
    with ballast.open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"\0" * 4096)
    return ballast


@pytest.mark.slow
def test_a_full_disk_under_spx_up_costs_no_prediction(ran: tuple[Path, dict[str, Any]], small_disk: Path) -> None:
    """For a minute every prediction is answered and health says ready; with space again all goes on."""
    home = small_disk / "home"
    shutil.copytree(ran[0], home, symlinks=True)
    with up(home, "up", "--no-dashboard") as started:
        api = next(address for address in started.addresses if address.endswith("/docs")).removesuffix("/docs")
        with httpx.Client(base_url=api, timeout=10) as client:
            example = client.get("/openapi.json").json()["paths"]["/v1/predictions"]["post"]["requestBody"]
            rows = example["content"]["application/json"]["example"]
            ballast = fill(small_disk)
            statuses: list[int] = []
            deadline = time.monotonic() + FULL_FOR_S
            while time.monotonic() < deadline:
                statuses.append(client.post("/v1/predictions", json=rows).status_code)
                statuses.append(client.get("/v2/health/ready").status_code)
                statuses.append(client.get("/v1/forecast").status_code)
                fill(small_disk)
            ballast.unlink()

            assert {200} == set(statuses)
            assert started.process.poll() is None
            assert client.get("/v2/health/ready").json()["ready"]
