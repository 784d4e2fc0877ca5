"""A command line of `spx` in a process of its own, forked from one that has imported everything and computed nothing.

An interpreter for each command imports for seconds before it does what a test is about. What ends here as it does for
users is the command; `product.command` gives the line for tests of the interpreter, of signals and of servers.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory

from spx_assets.cli import main
from spx_assets.orchestration.code_server import IMPORTED

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload([*IMPORTED, __name__])


def spx(arguments: Sequence[str], environment: Mapping[str, str], cwd: Path | None) -> CompletedProcess[str]:
    """Run the command line to its end and give what it printed and its exit status."""
    with TemporaryDirectory() as folder:
        printed = [Path(folder, name) for name in ("stdout", "stderr")]
        process = FORKS.Process(target=_run, args=(arguments, environment, cwd or Path.cwd(), printed))
        process.start()
        process.join()
        assert process.exitcode is not None
        return CompletedProcess(arguments, process.exitcode, *(path.read_text() for path in printed))


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
