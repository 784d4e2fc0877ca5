"""Where refits run in parallel: joblib's own processes, or the workers of Dask or Ray.

A backend beyond `loky` is imported when it is asked for, and is an extra of the package. Dask takes the scheduler that
its own configuration names (DASK_SCHEDULER_ADDRESS), and otherwise starts workers on this machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from spx_assets.errors import UsageError

Backend = Literal["loky", "dask", "ray"]


@contextmanager
def jobs_backend(backend: Backend, n_jobs: int) -> Iterator[None]:
    """Within the block, joblib's jobs run on `backend`; nothing is started where one job is all there is.

    Raises:
        UsageError: when the backend's package is not installed.

    """
    if n_jobs == 1 or backend == "loky":
        yield  # loky is joblib's default, and joblib is not imported for one job
        return
    from joblib import parallel_config  # noqa: PLC0415 - only where it is asked for

    with _started(backend, n_jobs), parallel_config(backend=backend, n_jobs=n_jobs):
        yield


@contextmanager
def _started(backend: Backend, n_jobs: int) -> Iterator[Any]:
    if backend == "dask":
        try:
            from dask import config  # noqa: PLC0415 - an extra
            from dask.distributed import Client  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise _missing(backend) from error
        # No dashboard: it would listen on a port that nobody asked for.
        own: dict[str, Any] = {"n_workers": n_jobs, "threads_per_worker": 1, "dashboard_address": None}
        rules = {} if config.get("scheduler-address", None) else own
        with Client(**rules) as client:  # type: ignore[no-untyped-call]  # ships no annotations
            yield client
    else:
        try:
            from ray.util.joblib import register_ray  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise _missing(backend) from error
        register_ray()
        yield None


def _missing(backend: Backend) -> UsageError:
    return UsageError(
        f"SPX_JOBS_BACKEND={backend} needs a package that is not installed",
        evidence=backend,
        way_out=f"pip install 'spx-assets[{backend}]', or leave the backend at loky.",
    )
