"""Where steps run: in one interpreter, or one process per step.

One interpreter is the default because processes are the cost: starting one takes thirty times the CPU
of a step. Other executors of Dagster (Docker, Kubernetes, Celery) are chosen by its own means.
"""

from __future__ import annotations

import dagster as dg

from spx_assets.settings import Settings


def executor(settings: Settings) -> dg.ExecutorDefinition:
    """The executor that SPX_EXECUTOR names."""
    if settings.executor == "in_process":
        return dg.in_process_executor
    # A fork server that has imported the heavy packages once halves the wall time against `spawn`.
    preload = {"forkserver": {"preload_modules": ["spx_assets.definitions"]}}
    return dg.multiprocess_executor.configured({"start_method": preload}, name="multiprocess")
