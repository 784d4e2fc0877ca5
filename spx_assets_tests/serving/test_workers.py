"""Several workers under one address."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from spx_assets_tests.serving.running import Running, running, wait_until_answers

WAIT_S = 20.0


@pytest.fixture
def pair(ran: tuple[Path, dict[str, Any]], tmp_path: Path) -> Any:
    """A server of two workers."""
    with running(ran[0], tmp_path / "log", api_workers="2") as server:
        yield server


def workers(server: Running) -> set[int]:
    """The processes that serve."""
    return {
        int(child)
        for child in Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    }


def test_their_counters_are_one(pair: Running) -> None:
    """Whichever worker answers the scrape tells the requests of both."""
    for _ in range(40):
        pair.get("/version")

    text = pair.get("/metrics").text

    assert 'http_requests_total{method="GET",route="/version",status="200"} 40.0' in text


def test_one_that_dies_is_replaced(pair: Running) -> None:
    """The others go on, and the log tells."""
    before = workers(pair)
    os.kill(min(before), signal.SIGKILL)

    deadline = time.monotonic() + WAIT_S
    while len(workers(pair) - {min(before)}) < 2:
        assert time.monotonic() < deadline, pair.log.read_text()
        time.sleep(0.05)
    wait_until_answers(pair, "/v2/health/ready")
    assert "is replaced" in pair.log.read_text()


def test_all_stop_together(pair: Running) -> None:
    """A signal to the parent ends every worker, in order."""
    pair.process.terminate()

    assert pair.process.wait(WAIT_S) == 0
    told = [json.loads(line).get("message", "") for line in pair.log.read_text().splitlines()[2:]]
    assert {"worker 0 stopped", "worker 1 stopped"} <= set(told)
    with pytest.raises(httpx.TransportError):
        pair.get("/v2/health/live")
