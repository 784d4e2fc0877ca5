"""Processes side by side: started in order, watched, and none left behind."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from spx_assets.commands import services
from spx_assets.commands.services import Service
from spx_assets.errors import SpxError, UsageError


def _service(name: str, code: str, ready: Path | None = None) -> Service:
    is_ready = services.exists(ready) if ready else lambda: True
    return Service(name, [sys.executable, "-c", code], is_ready)


def _waiting(ready: Path) -> str:
    return f"import pathlib, signal; pathlib.Path({str(ready)!r}).touch(); signal.pause()"


def test_services_run_until_the_way_out(tmp_path: Path) -> None:
    """Inside they live; outside none does."""
    chosen = [_service(name, _waiting(tmp_path / name), tmp_path / name) for name in ("a", "b")]

    with services.running(chosen, environment=os.environ, logs=tmp_path / "logs", asked=[]) as processes:
        assert [None, None] == [process.poll() for process in processes]

    assert all(process.poll() is not None for process in processes)


def test_a_service_that_fails_to_start_stops_the_others_and_says_why(tmp_path: Path) -> None:
    """Its last words are the evidence."""
    chosen = [
        _service("good", _waiting(tmp_path / "good"), tmp_path / "good"),
        _service("bad", "raise SystemExit('no such table')", tmp_path / "never"),
    ]

    with (
        pytest.raises(SpxError, match="The bad ended with status 1: no such table"),
        services.running(chosen, environment=os.environ, logs=tmp_path / "logs", asked=[]),
    ):
        pass


def test_a_service_that_ends_is_noticed(tmp_path: Path) -> None:
    """Watching ends with which one and its status."""
    chosen = [_service("short", "raise SystemExit(3)")]

    with (
        services.running(chosen, environment=os.environ, logs=tmp_path, asked=[]) as processes,
        pytest.raises(SpxError, match="The short ended with status 3"),
    ):
        services.watch(chosen, processes, tmp_path, [])


def test_a_stop_asked_for_during_the_start_starts_no_more(tmp_path: Path) -> None:
    """Ctrl-C before everything is up leaves nothing running."""
    with services.running([_service("a", "")], environment=os.environ, logs=tmp_path, asked=[2]) as processes:
        assert processes == []


@pytest.mark.parametrize("number", services.STOP_SIGNALS)
def test_a_signal_is_collected_and_the_old_handler_comes_back(number: int) -> None:
    """Inside, Ctrl-C and a closed terminal are entries of a list; outside they are what they were."""
    before = services.signal.getsignal(number)

    with services.stop_signals() as asked:
        os.kill(os.getpid(), number)

    assert asked == [number]
    assert before == services.signal.getsignal(number)


def test_a_taken_port_is_refused_with_another(tmp_path: Path) -> None:
    """The message names the setting to change."""
    with socket.socket() as listener:
        listener.bind((services.LOOPBACK, 0))
        listener.listen()
        port = listener.getsockname()[1]

        with pytest.raises(UsageError, match=f"SPX_GRAPH_PORT={port + 1}"):
            services.require_free(port, "SPX_GRAPH_PORT")
