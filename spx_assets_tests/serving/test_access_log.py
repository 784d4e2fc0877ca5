"""Lines about requests."""

from __future__ import annotations

import json
import logging
import sys

from spx_assets.serving.access_log import FAILURES_PER_SECOND, LINES_PER_SECOND, AccessLog, JsonFormatter


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
