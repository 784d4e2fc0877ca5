"""Processes side by side: started in order, started again when they end, and none left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from spx_assets.commands import supervisor
from spx_assets.commands.services import Service
from spx_assets.commands.supervisor import running
from spx_assets.errors import SpxError


def _service(name: str, code: str, ready: Path | None = None) -> Service:
    return Service(name, [sys.executable, "-c", code], ready.exists if ready else lambda: True)


def _waiting(ready: Path) -> str:
    return f"import pathlib, signal; pathlib.Path({str(ready)!r}).touch(); signal.pause()"


def _until(seen: Callable[[], bool], asked: list[int]) -> threading.Thread:
    """Ask for a stop once something was seen, or after half a minute."""

    def look() -> None:
        deadline = time.monotonic() + 30
        while not seen() and time.monotonic() < deadline:
            time.sleep(0.01)
        asked.append(signal.SIGTERM)

    thread = threading.Thread(target=look)
    thread.start()
    return thread


def test_services_run_until_the_way_out(tmp_path: Path) -> None:
    """Inside they live; outside none does."""
    chosen = [_service(name, _waiting(tmp_path / name), tmp_path / name) for name in ("a", "b")]

    with running(chosen, environment=os.environ, logs=tmp_path / "logs", asked=[]) as started:
        assert [None, None] == [child.process.poll() for child in started.children]

    assert all(child.process.poll() is not None for child in started.children)


def test_a_service_that_fails_to_start_stops_the_others_and_says_why(tmp_path: Path) -> None:
    """Its last words are the evidence."""
    chosen = [
        _service("good", _waiting(tmp_path / "good"), tmp_path / "good"),
        _service("bad", "raise SystemExit('no such table')", tmp_path / "never"),
    ]

    with (
        pytest.raises(SpxError, match="The bad ended with status 1: no such table"),
        running(chosen, environment=os.environ, logs=tmp_path / "logs", asked=[]),
    ):
        pass


def test_a_killed_service_is_started_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The others go on; what the killed one had started is gone before, and its log keeps both lives."""
    alone = f"import os, signal; open({str(tmp_path / 'orphan')!r}, 'w').write(str(os.getpid())); signal.pause()"
    code = f"import subprocess, sys; print('begun', flush=True); subprocess.run([sys.executable, '-c', {alone!r}])"
    chosen = [_service("first", _waiting(tmp_path / "first"), tmp_path / "first"), _service("second", code)]
    asked: list[int] = []

    with running(chosen, environment=os.environ, logs=tmp_path, asked=asked) as started:
        first, second = started.children
        before = [child.process.pid for child in started.children]
        _until(lambda: (tmp_path / "orphan").exists() and bool((tmp_path / "orphan").read_text()), []).join()
        orphan = int((tmp_path / "orphan").read_text())
        second.process.kill()
        watcher = _until(lambda: second.service.log(tmp_path).read_text().count("begun") == 2, asked)
        started.watch()
        watcher.join()
        after = [child.process.pid for child in started.children]

    assert [before[0] == after[0], before[1] == after[1]] == [True, False]
    assert first.ends == 0
    assert not Path(f"/proc/{orphan}").exists() or "Z" in Path(f"/proc/{orphan}/stat").read_text()
    assert second.service.log(tmp_path).read_text() == "begun\nbegun\n"
    assert capsys.readouterr().err.splitlines() == [
        "the second ended with status -9, starting it again in 0.5 s",
        "the second is back",
    ]


def test_a_service_that_ends_again_and_again_stops_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its last pause; the error says how it ended and how often."""
    monkeypatch.setattr(supervisor, "PAUSES_S", (0.0, 0.1))
    chosen = [_service("short", "print('no port', flush=True); raise SystemExit(3)")]

    with (
        running(chosen, environment=os.environ, logs=tmp_path, asked=[]) as started,
        pytest.raises(SpxError, match=r"The short ended with status 3, 3 times in a row: no port \| no port"),
    ):
        started.watch()


def test_a_steady_life_is_forgiven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that ends now and then is started anew each time, without a longer pause."""
    monkeypatch.setattr(supervisor, "PAUSES_S", (0.0,))
    monkeypatch.setattr(supervisor, "STEADY_AFTER_S", 0.0)
    lives, asked = tmp_path / "lives", []
    code = f"import time; open({str(lives)!r}, 'a').write('x'); time.sleep(0.1)"
    seen = _until(lambda: lives.exists() and len(lives.read_text()) >= 4, asked)

    with running([_service("weary", code)], environment=os.environ, logs=tmp_path, asked=asked) as started:
        started.watch()
    seen.join()

    assert len(lives.read_text()) >= 4


def test_a_stop_asked_for_during_the_start_starts_no_more(tmp_path: Path) -> None:
    """Ctrl-C before everything is up leaves nothing running."""
    with running([_service("a", "")], environment=os.environ, logs=tmp_path, asked=[2]) as started:
        assert started.children == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a process that its parent ended")
def test_no_service_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    """A kill leaves no time to stop anything: the kernel asks the services to, and they do it in order."""
    stopped = tmp_path / "stopped"
    end = f"lambda *_: (pathlib.Path({str(stopped)!r}).touch(), sys.exit())"
    code = f"import pathlib, signal, sys; signal.signal(signal.SIGTERM, {end}); {_waiting(tmp_path / 'ready')}"
    service = f"Service('told', [sys.executable, '-c', {code!r}], pathlib.Path({str(tmp_path / 'ready')!r}).exists)"
    script = f"""
import os, pathlib, sys
from spx_assets.commands.services import Service
from spx_assets.commands.supervisor import running
with running([{service}], environment=os.environ, logs=pathlib.Path({str(tmp_path)!r}), asked=[]) as started:
    started.watch()
"""
    with subprocess.Popen([sys.executable, "-c", script]) as supervisor_process:
        _until((tmp_path / "ready").exists, []).join()
        supervisor_process.kill()

    _until(stopped.exists, []).join()
    assert stopped.exists()


def test_a_log_that_grows_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it held is kept beside it once; the service goes on writing at the new end. A new start begins a new log."""
    monkeypatch.setattr(supervisor, "LARGEST_LOG", 10_000)
    code = f"""
import pathlib, sys, time
for number in range(60):
    print(number, "x" * 1000, file=sys.stderr, flush=True)
    time.sleep(.02)
pathlib.Path({str(tmp_path / "done")!r}).touch()
time.sleep(60)
"""
    log, asked = tmp_path / "loud.log", list[int]()
    log.write_text("of the last start\n")
    with running([_service("loud", code)], environment=os.environ, logs=tmp_path, asked=asked) as started:
        assert (tmp_path / "loud.log.1").read_text() == "of the last start\n"
        watcher = _until((tmp_path / "done").exists, asked)
        started.watch()
        watcher.join()

    assert log.stat().st_size < 60_000
    assert log.read_bytes().startswith(b"\0") is False
    assert (tmp_path / "loud.log.1").read_text().startswith(tuple("0123456789"))
