"""`spx up` or `spx graph` in a process of its own, as a user starts it, and the processes that work for it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from spx_assets.orchestration.instance import open_instance
from spx_assets.settings import Settings
from spx_assets_tests.product import command, environment
from spx_assets_tests.serving.running import free_port

# How the command line of each process tells what it is.
KINDS = {
    "code server": "spx_assets.orchestration.code_server",
    "daemon": "dagster._daemon\0run",
    "asset graph": "spx_assets.orchestration.webserver",
    "API": "spx_assets.cli\0serve",
    "run worker": "multiprocessing.forkserver",
}


@dataclass(frozen=True)
class Up:
    """The command's process, its home, and the addresses it printed, the asset graph's first."""

    process: subprocess.Popen[str]
    home: Path
    addresses: list[str]
    log: Path

    def pids(self, kind: str) -> list[int]:
        """The processes of this kind that work in the home."""
        return pids(self.home, kind)


@contextmanager
def up(home: Path, *arguments: str, **settings: str) -> Iterator[Up]:
    """`spx ARGUMENTS` over `home` on free ports, ready; stopped by Ctrl-C, which must leave no process behind."""
    given = environment(home, graph_port=str(free_port()), api_port=str(free_port()), **settings)
    log = home / "progress.log"
    with log.open("w") as progress:
        process = subprocess.Popen(command(*arguments), env=given, stdout=subprocess.PIPE, stderr=progress, text=True)
    assert process.stdout is not None
    printed = ""
    while "Ctrl-C" not in printed:
        line = process.stdout.readline()
        assert line, f"{arguments} ended: {printed}"
        printed += line
    try:
        yield Up(process, home, re.findall(r"http://127\.0\.0\.1:\S+", printed), log)
    finally:
        process.send_signal(signal.SIGINT)
        ended = process.wait(timeout=60)
    assert ended == 0
    assert not processes_of(home)


def pids(home: Path, kind: str) -> list[int]:
    """The processes of this kind that work in `home`."""
    found = [pid for pid, line in processes_of(home).items() if KINDS[kind] in line]
    # Runs are forked from a process that has the same command line.
    return [pid for pid in found if _parent(pid) in found] if kind == "run worker" else found


def _parent(pid: int) -> int:
    stat = Path(f"/proc/{pid}/stat")
    return int(stat.read_text().rpartition(")")[2].split()[1]) if stat.exists() else 0


def looks(home: Path, sensor: str) -> int:
    """How often a sensor has looked, as far as Dagster remembers."""
    with open_instance(Settings.load({}, home=home)) as instance:
        (state,) = [state for state in instance.all_instigator_state() if state.instigator_name == sensor]
        return len(instance.get_ticks(state.instigator_origin_id, state.selector_id))


def wait(ready: Callable[[], bool], within_s: float, every_s: float = 0.5) -> None:
    """Return once `ready` holds; fail when it does not in time."""
    deadline = time.monotonic() + within_s
    while not ready():
        assert time.monotonic() < deadline, f"not within {within_s:.0f} s"
        time.sleep(every_s)


def processes_of(home: Path) -> dict[int, str]:
    """Process id → command line, parts divided by NUL, of processes that work in `home`."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                if f"SPX_HOME={home}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                    found[int(folder.name)] = (folder / "cmdline").read_text()
            except OSError:
                continue
    return found
