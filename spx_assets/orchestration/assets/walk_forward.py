"""`walk_forward`: out-of-sample forecasts of every candidate and of the benchmark; its checks beside it."""

from typing import Any

import dagster as dg
import numpy as np
import pandas as pd

from spx_assets import forecasting, tasks
from spx_assets.forecasting import WalkForward
from spx_assets.orchestration.audit import Results, audited, check, check_specs, kept, table_metadata, task
from spx_assets.orchestration.store_session import StoreSession
from spx_assets.orchestration.table_type import table_type
from spx_assets.orchestration.unchanged import record_if_unchanged
from spx_assets.progress import countdown
from spx_assets.settings import Settings

NAME = "walk_forward"
CHECKS = {
    "finite": "Every candidate has a finite forecast at every origin.",
    "complete": "Every candidate and horizon is forecast at the same origins as the benchmark.",
}
SHOWN = (
    *("horizon", "model", "n", "r2", "r2_os", "rmse", "mae", "hit_rate", "clark_west", "clark_west_p"),
    *("diebold_mariano_p", "pesaran_timmermann_p", "coverage_90"),
)
EVALUATION = table_type(WalkForward)


@dg.asset(
    name=NAME,
    deps=["cleaned_data"],
    group_name="forecasting",
    kinds={"pandas", "parquet"},
    owners=["team:research"],
    io_manager_key="table",
    dagster_type=EVALUATION.dagster_type,
    metadata=EVALUATION.metadata,
    check_specs=check_specs(NAME, CHECKS),
    pool=NAME,
)
def walk_forward(
    context: dg.AssetExecutionContext,
    settings: dg.ResourceParam[Settings],
    session: dg.ResourceParam[StoreSession],
) -> Results:
    """Out-of-sample forecasts of every candidate and the historical mean, refitted as time goes on.

    One row is (model, horizon, origin). A forecast at t is fitted on outcomes known by t only, so the
    last h - 1 origins are purged. Interval bounds come from errors already realised at t.
    """
    with task(context):
        if record := record_if_unchanged(context, session):
            yield from kept(context, record)
            return
        cleaned_data = session.load("cleaned_data", reader=NAME)
        evaluation = tasks.evaluate(cleaned_data, settings, progress=countdown(context.log.info))
        checks = _checks(evaluation)
        if not all(result.passed for result in checks):
            # A table that breaks its checks is neither scored nor counted as a trial.
            yield from audited(context, session, evaluation, checks=checks, metadata=dict, figures="")
        trials = session.add_trials(tasks.trials(cleaned_data, evaluation, settings))
        scores = forecasting.scoreboard(evaluation)
        yield from audited(
            context,
            session,
            evaluation,
            checks=checks,
            metadata=lambda: _metadata(evaluation, scores, settings, len(trials)),
            figures=f"{len(evaluation):,} forecasts, {_best(scores)}, {len(trials)} trials so far",
        )


def _best(scores: pd.DataFrame) -> str:
    tried = scores[scores["model"] != forecasting.BENCHMARK]
    if tried.empty:
        return "the historical mean alone"
    best = tried.loc[tried["r2_os"].idxmax()]
    return f"best R²_OS {best['r2_os']:+.3%} ({best['model']}, horizon {best['horizon']})"


def _checks(evaluation: pd.DataFrame) -> list[dg.AssetCheckResult]:
    broken = evaluation.loc[~np.isfinite(evaluation[["forecast", "benchmark"]].to_numpy()).all(axis=1)]
    origins = evaluation.groupby(["horizon", "model"])["origin"].agg(["count", "min", "max"]).reset_index()
    alike = bool(origins.groupby("horizon")[["count", "min", "max"]].nunique().eq(1).to_numpy().all())
    return [
        check(
            "finite",
            broken.empty,
            metadata={"not finite": table_metadata(broken)},
            reason=f"{len(broken):,} non-finite rows" if len(broken) else "no non-finite rows",
        ),
        check("complete", alike, metadata={"origins": table_metadata(origins)}, reason="origins per model and horizon"),
    ]


def _metadata(evaluation: pd.DataFrame, scores: pd.DataFrame, settings: Settings, trials: int) -> dict[str, Any]:
    origins = int(evaluation["origin"].nunique())
    return {
        "dagster/row_count": len(evaluation),
        "folds": origins,
        "refits": _refits(evaluation, settings.refit_every),
        "trials so far": trials,
        "first origin": evaluation["origin"].min().date().isoformat(),
        "last origin": evaluation["origin"].max().date().isoformat(),
        "best R²_OS": _best(scores).removeprefix("best R²_OS "),
        "scores": table_metadata(
            scores[list(SHOWN)],
            limit=len(scores),
        ),
    }


def _refits(evaluation: pd.DataFrame, refit_every: int) -> int:
    """How often a model was fitted: at every origin, or every so many of them."""
    origins = evaluation.groupby(["model", "horizon"])["origin"].nunique()
    steps = [forecasting.candidate(str(name), refit_every=refit_every).refit_every for name, _ in origins.index]
    return int(np.ceil(origins.to_numpy() / np.array(steps)).sum())
