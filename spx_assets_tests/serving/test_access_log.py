"""Lines about requests."""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from spx_assets.serving.access_log import FAILURES_PER_SECOND, LINES_PER_SECOND, AccessLog, JsonFormatter, LineWriter
from spx_assets_tests.serving.running import running


def test_a_busy_second_is_sampled_and_says_so() -> None:
    """Failures go on when successes have stopped; the next line counts what was left out."""
    lines: list[str] = []
    seconds = [100.0]
    log = AccessLog(lines.append, clock=lambda: seconds[0])

    wanted = [log.wants(200) for _ in range(LINES_PER_SECOND + 10)]
    assert wanted == [True] * LINES_PER_SECOND + [False] * 10
    assert log.wants(500)
    assert [log.wants(500) for _ in range(FAILURES_PER_SECOND)].count(False) > 0

    seconds[0] = 101.0
    assert log.wants(200)
    log.line({"status": 200})
    (line,) = map(json.loads, lines)
    assert (line["event"], line["status"]) == ("request", 200)
    assert line["not_logged"] > 10


def test_records_of_the_service_are_lines_too() -> None:
    """With the trace of an exception."""
    try:
        int("bad")
    except ValueError:
        record = logging.LogRecord("spx_assets", logging.ERROR, "", 1, "failed %d", (7,), sys.exc_info())

    line = json.loads(JsonFormatter().format(record))

    assert (line["level"], line["message"]) == ("error", "failed 7")
    assert "ValueError: invalid literal" in line["trace"]


FULL = Path("/dev/full")
needs_a_full_device = pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is always full")


@needs_a_full_device
def test_a_line_that_finds_no_space_is_dropped_and_counted() -> None:
    """It raises nothing."""
    dropped: list[int] = []
    with FULL.open("wb") as full:
        write = LineWriter(lambda: dropped.append(1), descriptor=full.fileno())
        write("a line\n")
        write("another\n")

    assert dropped == [1, 1]


def test_a_pipe_that_nobody_reads_blocks_nothing() -> None:
    """Lines are dropped once it is full, and go on when it is read."""
    dropped: list[int] = []
    reading, writing = os.pipe()
    write = LineWriter(lambda: dropped.append(1), descriptor=writing)
    line = "x" * 999 + "\n"
    for _ in range(200):
        write(line)
    assert 0 < len(dropped) < 200

    read = os.read(reading, 2**20)
    write("the next\n")
    read += os.read(reading, 2**20)

    assert set(read.decode().splitlines()) == {line.strip(), "the next"}
    os.close(reading)
    write("nobody\n")
    os.close(writing)


@needs_a_full_device
def test_a_full_log_disk_stops_no_prediction(
    ran: tuple[Path, dict[str, Any]], tmp_path: Path, row: dict[str, float]
) -> None:
    """Whichever way a request goes; health stays ready, and the metrics count the lines."""
    with running(ran[0], tmp_path / "log", errors=FULL) as server, httpx.Client(base_url=server.url) as client:
        for _ in range(20):
            assert client.post("/v1/predictions", json={"rows": [row]}).status_code == 200
            assert client.get("/v2/health/ready").json()["problem"] is None
        counted = client.get("/metrics").text

    (line,) = (each for each in counted.splitlines() if each.startswith("spx_log_lines_dropped_total"))
    assert float(line.split()[1]) >= 40
