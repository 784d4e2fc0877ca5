"""`deployed_model`: which trained version serves; it moves only when the promotion gates pass."""

from typing import Any

import dagster as dg

from spx_assets import forecasting, tasks
from spx_assets.artifacts import Deployment
from spx_assets.forecasting import Gate
from spx_assets.orchestration.audit import Results, audited, check, check_specs, kept, task
from spx_assets.orchestration.store_session import StoreSession
from spx_assets.orchestration.unchanged import Kept, record_if_unchanged
from spx_assets.settings import Settings

NAME = "deployed_model"
CHECKS = dict(forecasting.GATES)


@dg.asset(
    name=NAME,
    deps=["trained_model", "walk_forward", "cleaned_data"],
    group_name="serving",
    kinds={"numpy", "skops"},
    owners=["team:platform"],
    io_manager_key="model",
    dagster_type=dg.PythonObjectDagsterType((Deployment, Kept), "Deployment"),
    check_specs=check_specs(NAME, CHECKS),
    pool=NAME,
)
def deployed_model(
    context: dg.AssetExecutionContext,
    settings: dg.ResourceParam[Settings],
    session: dg.ResourceParam[StoreSession],
) -> Results:
    """The trained model that serves. It moves only when every promotion gate passes; otherwise the last good stays."""
    with task(context):
        if record := record_if_unchanged(context, session):
            yield from kept(context, record)
            return
        trained_model = session.load("trained_model", reader=NAME)
        walk_forward = session.load("walk_forward", reader=NAME)
        cleaned_data = session.load("cleaned_data", reader=NAME)
        serving = session.load_if_any(NAME, reader=NAME)
        gates = tasks.gates(trained_model, serving, walk_forward, cleaned_data, settings, accepted=session.accepted())
        source_version = session.inputs(NAME)["trained_model"]
        compiled = forecasting.compiled_files(trained_model, cleaned_data)
        deployment = Deployment(trained_model, source_version, gates, compiled)
        yield from audited(
            context,
            session,
            deployment,
            checks=[check(gate.name, gate.passed, metadata=gate.evidence, reason=gate.reason) for gate in gates],
            metadata=lambda: _metadata(session, deployment, gates),
            figures=f"serves trained_model {source_version}",
        )


def _metadata(session: StoreSession, deployment: Deployment, gates: tuple[Gate, ...]) -> dict[str, Any]:
    payload = session.payload(NAME, deployment)
    folder = session.folder(NAME, payload.version)
    return {
        "model path": folder.as_uri(),
        "size (bytes)": sum(digest.size_bytes for digest in payload.digests.values()),
        "sha256": dg.MetadataValue.md(
            "\n".join(f"- `{name}` `{digest.sha256}`" for name, digest in payload.digests.items())
        ),
        "model version": payload.version,
        "trained_model": deployment.trained_model_version,
        "served from": deployment.record()["served_from"],
        "promoted because": dg.MetadataValue.md("\n".join(f"- **{gate.name}**: {gate.reason}" for gate in gates)),
    }
