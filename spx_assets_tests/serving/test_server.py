"""The server as a process."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from spx_assets.errors import UsageError
from spx_assets.serving.server import bound_socket
from spx_assets_tests.serving.running import Running, free_port, running

HEAVY = ("dagster", "sklearn", "skops", "pandas", "pyarrow", "joblib", "scipy")
MEGABYTE = 2**20


def test_a_taken_port_is_refused_with_another_to_choose() -> None:
    """By its setting."""
    port = free_port()
    with bound_socket("127.0.0.1", port), pytest.raises(UsageError, match=f"SPX_API_PORT={port + 1}"):
        bound_socket("127.0.0.1", port)


def test_serving_imports_nothing_heavy(ran: tuple[Path, dict[str, Any]]) -> None:
    """A fresh interpreter that read a compiled model and answered has neither Dagster nor a deserializer of models."""
    program = f"""
import asyncio, sys, json
from spx_assets.cli import app
from spx_assets.commands import serve
from spx_assets.serving import server
from spx_assets.settings import Settings
from spx_assets_tests.serving.asking import application, ask, get, post
guard = application(Settings.load({{}}, home={str(ran[0])!r}))
model, forecast = ask(guard, get("/v1/model"), get("/v1/forecast"))
row = dict.fromkeys(model.json()["features"], 0.5)
(answer,) = ask(guard, post("/v1/predictions", {{"rows": [row]}}))
assert [200] * 3 == [model.status_code, forecast.status_code, answer.status_code], answer.text
print(json.dumps(sorted(sys.modules)))
"""
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    loaded = {name.partition(".")[0] for name in json.loads(found.stdout)}
    assert loaded & set(HEAVY) == set()


def resident_bytes(process: int) -> int:
    """Resident memory of a process."""
    (line,) = (l for l in Path(f"/proc/{process}/status").read_text().splitlines() if l.startswith("VmRSS"))  # noqa: E741
    return int(line.split()[1]) * 1024


def test_a_worker_stays_small(served: Running) -> None:
    """Under 100 MB after it has answered."""
    served.get("/v1/model")
    served.get("/metrics")

    assert resident_bytes(served.process.pid) < 100 * MEGABYTE


def test_stopping_is_orderly(ran: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    """Not ready at once, answering until the drain is over, then ended with status 0; each step is logged."""
    with running(ran[0], tmp_path / "log", api_drain="1.0") as server:
        server.process.send_signal(signal.SIGTERM)
        states = []
        while server.process.poll() is None:
            try:
                states.append(server.get("/v2/health/ready").json()["problem"])
            except httpx.TransportError:
                break
            time.sleep(0.05)
        status = server.process.wait(10)

    assert status == 0
    assert states[-1] == "The service is stopping."
    told = [json.loads(line).get("message", "") for line in (tmp_path / "log").read_text().splitlines()[2:]]
    assert any("worker 0 starts" in line for line in told)
    assert "worker 0 stopped" in told[-1]
