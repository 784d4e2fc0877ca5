"""Dagster's code server with another origin of its runs' processes; that runs begin there is seen through `spx up`."""

from __future__ import annotations

import logging
import threading
from importlib.util import find_spec

from dagster._core.utils import FuturesAwareThreadPoolExecutor
from dagster._grpc import server

from spx_assets.orchestration import code_server


def test_runs_are_forked_from_a_process_that_has_imported() -> None:
    """What Dagster's server asks for a process is what ours gives it."""
    asked = {"server_termination_event": threading.Event(), "logger": logging.getLogger("code server")}

    with FuturesAwareThreadPoolExecutor(max_workers=1) as pool:
        stock, warm = (
            kind(**asked, server_threadpool_executor=pool, lazy_load_user_code=True)
            for kind in (server.DagsterApiServer, code_server.WarmCodeServer)
        )
        methods = [made._mp_ctx.get_start_method() for made in (stock, warm)]
        for made in (stock, warm):
            made._server_termination_event.set()

    assert methods == ["spawn", "forkserver"]


def test_what_is_imported_before_is_there() -> None:
    """A name that is gone would be skipped in silence, and every run would pay for it again."""
    assert [name for name in code_server.IMPORTED if find_spec(name) is None] == []
