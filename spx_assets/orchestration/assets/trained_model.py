"""`trained_model`: per horizon the chosen candidate fitted on all history; its checks beside it."""

from typing import Any

import dagster as dg

from spx_assets import forecasting, tasks
from spx_assets.errors import ModelRefused
from spx_assets.forecasting import TrainedModel
from spx_assets.orchestration.audit import Results, advice, audited, check, check_specs, kept, table_metadata, task
from spx_assets.orchestration.store_session import StoreSession
from spx_assets.orchestration.unchanged import Kept, record_if_unchanged
from spx_assets.settings import Settings

NAME = "trained_model"
CHECKS = {
    "golden_predictions": "Reloaded from its files, every model reproduces its golden predictions.",
    "leakage_audit": "Truncation, placebo and canary find no leak in the forecasts the model was chosen by.",
    "every_horizon": "There is a fitted model for every horizon.",
}
ADVICE = {"plausible_skill": "No candidate scores better than is plausible; one that does is set aside."}


@dg.asset(
    name=NAME,
    deps=["cleaned_data", "walk_forward"],
    group_name="forecasting",
    kinds={"scikitlearn", "skops"},
    owners=["team:research"],
    io_manager_key="model",
    dagster_type=dg.PythonObjectDagsterType((TrainedModel, Kept), "TrainedModel"),
    check_specs=[*check_specs(NAME, CHECKS), *check_specs(NAME, ADVICE, blocking=False)],
    pool=NAME,
)
def trained_model(
    context: dg.AssetExecutionContext,
    settings: dg.ResourceParam[Settings],
    session: dg.ResourceParam[StoreSession],
) -> Results:
    """Per horizon the candidate with the lowest out-of-sample error, fitted on all history, with its model card.

    When none beats the historical mean, the historical mean itself is trained, and the card says so.
    """
    with task(context):
        accepted = session.accepted()
        also = {"accepted": forecasting.acceptances_file(accepted).decode()}
        if record := record_if_unchanged(context, session, also=also):
            yield from kept(context, record)
            return
        cleaned_data = session.load("cleaned_data", reader=NAME)
        walk_forward = session.load("walk_forward", reader=NAME)
        trained = tasks.train(
            cleaned_data,
            walk_forward,
            settings,
            inputs=session.inputs(NAME),
            trials=session.trials(),
            sample=session.sample(NAME),
            accepted=accepted,
        )
        yield from audited(
            context,
            session,
            trained,
            checks=_checks(trained, settings),
            metadata=lambda: _metadata(trained),
            figures=", ".join(f"{h}: {fitted.name}" for h, fitted in sorted(trained.fitted.items())),
            also=also,
        )


def _checks(trained: TrainedModel, settings: Settings) -> list[dg.AssetCheckResult]:
    try:
        forecasting.trained_model_from_files(forecasting.trained_model_files(trained))
        problem = ""
    except ModelRefused as refused:
        problem = str(refused)
    audit = trained.card["leakage_audit"]
    leaks = [f"{row['name']}: {'; '.join(row['findings'])}" for row in audit if not row["passed"]]
    missing = sorted(set(settings.horizons) - set(trained.fitted))
    return [
        check("golden_predictions", not problem, reason=problem or "reproduced"),
        check(
            "leakage_audit",
            bool(audit) and not leaks,
            metadata={row["name"]: row["looked_at"] for row in audit},
            reason="; ".join(leaks) or f"all {len(audit)} leakage tests passed",
        ),
        check("every_horizon", not missing, reason=f"not fitted: {missing}" if missing else "all horizons fitted"),
        _plausible_skill(trained),
    ]


def _plausible_skill(trained: TrainedModel) -> dg.AssetCheckResult:
    """A warning for every candidate that is set aside: the run goes on with the others."""
    beyond = {
        f"{name}, horizon {horizon}": each
        for horizon, entry in trained.card["horizons"].items()
        for name, each in entry["too_good"].items()
    }
    aside = [each["statement"] for each in beyond.values() if each["accepted"] is None]
    metadata = {where: each["statement"] for where, each in beyond.items()}
    return advice("plausible_skill", not aside, metadata=metadata, reason=" ".join(aside) or "none is set aside")


def _metadata(trained: TrainedModel) -> dict[str, Any]:
    window = trained.card["data_window"]
    return {
        "models": ", ".join(f"{h} sessions: {fitted.name}" for h, fitted in sorted(trained.fitted.items())),
        "training window": f"{window['first_session']} to {window['last_session']}",
        "features": len(trained.card["features"]),
        "trials so far": trained.card["trials"]["count"],
        "per horizon": table_metadata(forecasting.card_table(trained.card)),
        "verdict": dg.MetadataValue.md("\n\n".join(trained.card["verdict"])),
        "model card": dg.MetadataValue.md(forecasting.card_markdown(trained.card)),
    }
