"""`analysis_report`: what was learned, for a reader; its checks beside it."""

import base64
from collections.abc import Callable
from typing import Any

import dagster as dg
import pandas as pd

from spx_assets import tasks
from spx_assets.orchestration.audit import Results, audited, check, check_specs, kept, task
from spx_assets.orchestration.store_session import StoreSession
from spx_assets.orchestration.unchanged import Kept, record_if_unchanged
from spx_assets.progress import countdown
from spx_assets.reporting import Report
from spx_assets.settings import Settings

NAME = "analysis_report"
CHECKS = {
    "readable": "The PDF has its pages, the HTML its end, and every figure its picture.",
}


@dg.asset(
    name=NAME,
    deps=["raw_market", "cleaned_data", "walk_forward", "trained_model", "next_forecast"],
    group_name="reporting",
    kinds={"matplotlib", "pdf", "html"},
    owners=["team:research"],
    io_manager_key="document",
    dagster_type=dg.PythonObjectDagsterType((Report, Kept), "Report"),
    check_specs=check_specs(NAME, CHECKS),
    pool=NAME,
)
def analysis_report(  # the report reads everything that was made
    context: dg.AssetExecutionContext,
    settings: dg.ResourceParam[Settings],
    session: dg.ResourceParam[StoreSession],
    clock: dg.ResourceParam[Callable[[], pd.Timestamp]],
) -> Results:
    """What was learned, for a reader: the verdict in words, then the evidence, as PDF, HTML and figures.

    The first page says how many sessions old its data are, so that a session that closes makes another version.
    """
    with task(context):
        age = tasks.age_sessions(_last_session(session), settings, clock())
        if record := record_if_unchanged(context, session, also={"age in sessions": age}):
            yield from kept(context, record)
            return
        raw_market = session.load("raw_market", reader=NAME)
        cleaned_data = session.load("cleaned_data", reader=NAME)
        walk_forward = session.load("walk_forward", reader=NAME)
        trained_model = session.load("trained_model", reader=NAME)
        next_forecast = session.load("next_forecast", reader=NAME)
        report = tasks.report(
            raw_market,
            cleaned_data,
            walk_forward,
            trained_model,
            next_forecast,
            versions=session.inputs(NAME) | {"deployed_model": _deployed(next_forecast)},
            age_sessions=age,
            progress=countdown(context.log.info),
        )
        yield from audited(
            context,
            session,
            report,
            checks=_checks(report),
            metadata=lambda: {**_metadata(session, report), "age in sessions": age},
            also={"age in sessions": age},
            figures=f"{report.pages} pages, {len(report.figures)} figures",
        )


def _checks(report: Report) -> list[dg.AssetCheckResult]:
    pictures = all(picture.startswith(b"\x89PNG") for picture in report.figures.values())
    documents = report.pdf.startswith(b"%PDF-") and report.html.endswith(b"</html>\n")
    readable = documents and report.pages > 0 and bool(report.figures) and pictures
    return [check("readable", readable, reason=f"{report.pages} pages, {len(report.figures)} figures")]


def _metadata(session: StoreSession, report: Report) -> dict[str, Any]:
    folder = session.folder(NAME, session.payload(NAME, report).version)
    key_figure = base64.b64encode(next(iter(report.figures.values()))).decode()
    return {
        "pdf": dg.MetadataValue.path(str(folder / "analysis_report.pdf")),
        "html": dg.MetadataValue.path(str(folder / "analysis_report.html")),
        "figures": dg.MetadataValue.path(str(folder / "figures")),
        "number of plots": len(report.figures),
        "pages": report.pages,
        "summary": dg.MetadataValue.json(dict(report.summary)),
        "preview": dg.MetadataValue.md(f"![key figure](data:image/png;base64,{key_figure})"),
    }


def _last_session(session: StoreSession) -> pd.Timestamp:
    """The last session of `cleaned_data`, as its manifest says: its rows are unread."""
    return pd.Timestamp(str(session.store.manifest("cleaned_data").last_session))


def _deployed(next_forecast: pd.DataFrame) -> str:
    """The version of the deployed model that made the forecasts shown."""
    return str(next_forecast["model_version"].iloc[0])
