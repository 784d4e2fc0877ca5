"""Refitting a regressor at every refit of a schedule: in processes, or from the last solution where that is asked for.

For estimators without an exact path. Each fit runs in one thread, so that its sums are the same on every machine; the
backend of the processes is joblib's active one (see `jobs`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no annotations

from spx_assets.forecasting.fit_memory import FitMemory
from spx_assets.forecasting.panel import Floats, Panel
from spx_assets.forecasting.schedule import Rows, Schedule

Progress = Callable[[int, int], None]  # refits done, of how many

BLOCKS_PER_JOB = 4  # later origins fit more rows: more blocks than jobs keep every job busy to the end


def refitted(
    panel: Panel,
    schedule: Schedule,
    refits: Rows,
    estimator: Any,
    *,
    n_jobs: int = 1,
    progress: Progress | None = None,
    memory: FitMemory | None = None,
) -> Iterator[tuple[Rows, Floats]]:
    """Positions among the origins, and the forecasts there, of a clone fitted at each of the given refits.

    What `memory` holds is not fitted again.
    """
    keys = {} if memory is None else _keys(panel, schedule, refits, estimator)
    known = {}
    for refit, key in keys.items():
        made = memory.get(key, panel.X[_described(panel, schedule, refit)]) if memory is not None else None
        if made is not None:
            known[refit] = made
            yield _described(panel, schedule, refit) - schedule.first_origin, made
    done, left = len(known), refits[~np.isin(refits, list(known))]
    for block, (positions, values) in _blocks_done(panel, schedule, left, estimator, n_jobs):
        yield positions, values
        if memory is not None:
            for refit in map(int, block):
                rows = _described(panel, schedule, refit)
                made = values[np.searchsorted(positions, rows - schedule.first_origin)]
                memory.put(keys[refit], panel.X[rows], made)
        done += len(block)
        if progress is not None:
            progress(done, len(refits))


def last_fit(panel: Panel, schedule: Schedule, estimator: Any) -> Any:
    """The estimator fitted on every row whose outcome is known at the last one; where it is warm, after every refit."""
    known = schedule.rows - schedule.horizon
    stops = np.union1d(schedule.windows[1], known) if is_warm(estimator) else [known]
    with threadpool_limits(limits=1):
        for stop in stops:
            rows = np.flatnonzero(panel.complete[:stop])
            if len(rows):
                estimator.fit(panel.X[rows], panel.y[rows])
    return estimator


def learned_rows(panel: Panel, schedule: Schedule, refit: int) -> Rows:
    """The complete rows in the window of a refit."""
    rows = schedule.window_of(refit)
    return rows[panel.complete[rows]]


def is_warm(estimator: Any) -> bool:
    """Whether fitting again begins at the last solution: `warm_start` is on, and it is no ensemble.

    An ensemble's warm start only adds members, of which there are none to add.
    """
    from sklearn.ensemble import BaseEnsemble  # noqa: PLC0415 - the estimator in hand has imported it already

    last = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator
    grows = isinstance(last, BaseEnsemble) or hasattr(last, "max_leaf_nodes")
    return bool(getattr(last, "warm_start", False)) and not grows


def _keys(panel: Panel, schedule: Schedule, refits: Rows, estimator: Any) -> dict[int, bytes]:
    """Per refit that has rows to learn from and to forecast, what it is fitted on."""
    keys = {}
    settings = f"{type(estimator)} {estimator.get_params()}"
    for refit in map(int, refits):
        learned, rows = learned_rows(panel, schedule, refit), _described(panel, schedule, refit)
        if len(learned) and len(rows):
            keys[refit] = FitMemory.key(settings, panel.X[learned], panel.y[learned])
    return keys


def _described(panel: Panel, schedule: Schedule, refit: int) -> Rows:
    """The origins of a refit that have all their predictors."""
    rows = schedule.origins_of(refit)
    return rows[panel.described[rows]]


def _blocks_done(
    panel: Panel, schedule: Schedule, refits: Rows, estimator: Any, n_jobs: int
) -> Iterator[tuple[Rows, tuple[Rows, Floats]]]:
    """The refits of each finished block, and what came of it, in order."""
    from sklearn.base import clone  # noqa: PLC0415 - the estimator in hand has imported it already

    if is_warm(estimator):
        # Each fit needs the one before it, forecasts asked or not: one after the other, and no others between.
        warm = clone(estimator)
        for refit in refits:
            yield np.array([refit]), _forecasts(panel, schedule, np.array([refit]), warm)
    elif n_jobs == 1 or len(refits) < 2:
        for refit in refits:
            yield np.array([refit]), _forecasts(panel, schedule, np.array([refit]), clone(estimator))
    else:
        # joblib only where it is asked for: importing it costs start time, starting its workers more.
        from joblib import Parallel, cpu_count, delayed  # noqa: PLC0415 - see the line above

        jobs = n_jobs if n_jobs > 0 else cpu_count()
        blocks = np.array_split(refits, min(len(refits), BLOCKS_PER_JOB * jobs))
        work = delayed(_forecasts)
        parallel = Parallel(n_jobs=n_jobs, return_as="generator")
        made = parallel(work(panel, schedule, block, estimator, cold=True) for block in blocks)
        yield from zip(blocks, made, strict=True)


def _forecasts(
    panel: Panel, schedule: Schedule, refits: Rows, estimator: Any, *, cold: bool = False
) -> tuple[Rows, Floats]:
    """Fit at each of the refits, on a clone when `cold`, and forecast the origins up to the next one."""
    from sklearn.base import clone  # noqa: PLC0415 - the estimator in hand has imported it already

    positions, forecasts = [], []
    with threadpool_limits(limits=1):
        for refit in refits:
            rows = _described(panel, schedule, int(refit))
            learned = learned_rows(panel, schedule, int(refit))
            if not len(rows) or not len(learned):
                continue
            fitted = (clone(estimator) if cold else estimator).fit(panel.table(learned), panel.y[learned])
            positions.append(rows - schedule.first_origin)
            forecasts.append(np.asarray(fitted.predict(panel.table(rows)), dtype=np.float64).reshape(len(rows)))
    if not positions:
        return np.empty(0, dtype=np.intp), np.empty(0)
    return np.concatenate(positions), np.concatenate(forecasts)
