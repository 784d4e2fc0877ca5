"""A command line of `spx` in a process of its own, forked from one that has imported everything and computed nothing.

An interpreter for each command imports for seconds before it does what a test is about. What ends here as it does for
users is the command; `product.command` gives the line for tests of the interpreter, of signals and of servers.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any
from unittest.mock import patch

from spx_assets.cli import main
from spx_assets.orchestration.code_server import IMPORTED

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload([*IMPORTED, __name__])


def status(target: Callable[..., None], *arguments: Any, within_s: float | None = None) -> int | None:
    """The exit status of a function called in a fork; None when it has not ended in time."""
    process = FORKS.Process(target=target, args=arguments)
    # A fork would run the main module again, which in a test of the dashboard is a script of Streamlit's.
    with patch.dict(sys.modules, {"__main__": ModuleType("__main__")}):
        process.start()
    process.join(within_s)
    return process.exitcode


def spx(arguments: Sequence[str], environment: Mapping[str, str], cwd: Path | None) -> CompletedProcess[str]:
    """Run the command line to its end and give what it printed and its exit status."""
    with TemporaryDirectory() as folder:
        printed = [Path(folder, name) for name in ("stdout", "stderr")]
        ended = status(_run, arguments, environment, cwd or Path.cwd(), printed)
        assert ended is not None
        return CompletedProcess(arguments, ended, *(path.read_text() for path in printed))


def _run(arguments: Sequence[str], environment: Mapping[str, str], cwd: Path, printed: Sequence[Path]) -> None:
    """The command in the fork: its environment, folder and standard streams are those of a process of its own."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    for descriptor, path in enumerate(printed, start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), descriptor)
    sys.stdout, sys.stderr = (open(descriptor, "w", closefd=False) for descriptor in (1, 2))  # noqa: SIM115
    sys.argv = ["spx", *arguments]
    main()
