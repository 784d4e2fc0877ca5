"""`next_forecast`: the forecast for the coming session(s) with intervals; its checks beside it."""

from collections.abc import Callable
from typing import Any

import dagster as dg
import numpy as np
import pandas as pd

from spx_assets import tasks
from spx_assets.forecasting import NextForecast
from spx_assets.home import open_ledger
from spx_assets.orchestration.audit import Results, audited, check, check_specs, kept, table_metadata, task
from spx_assets.orchestration.store_session import StoreSession
from spx_assets.orchestration.table_type import table_type
from spx_assets.orchestration.unchanged import record_if_unchanged
from spx_assets.settings import Settings
from spx_assets.store.ledger_row import LedgerRow

NAME = "next_forecast"
CHECKS = {
    "finite": "Every horizon has a finite forecast and bounds.",
    "nested_intervals": "Bounds enclose the forecast, and a higher level encloses a lower one.",
}
FORECAST = table_type(NextForecast)


@dg.asset(
    name=NAME,
    deps=["deployed_model", "cleaned_data"],
    group_name="serving",
    kinds={"pandas", "parquet"},
    owners=["team:research"],
    io_manager_key="table",
    dagster_type=FORECAST.dagster_type,
    metadata=FORECAST.metadata,
    check_specs=check_specs(NAME, CHECKS),
    pool=NAME,
)
def next_forecast(
    context: dg.AssetExecutionContext,
    settings: dg.ResourceParam[Settings],
    session: dg.ResourceParam[StoreSession],
    clock: dg.ResourceParam[Callable[[], pd.Timestamp]],
) -> Results:
    """The deployed model's forecast for the coming session(s), with intervals and the plain word on its skill.

    One row is (origin, horizon, model version); the origin is the last session of `cleaned_data`. Each is in the
    forecast ledger, once, before anyone can read it here.
    """
    with task(context):
        if record := record_if_unchanged(context, session):
            stored = session.load(NAME, reader=NAME)  # the ledger has it, or gets it back
            yield from kept(context, record, metadata=_of_now(stored, settings, clock()))
            return
        deployed_model = session.load("deployed_model", reader=NAME)
        cleaned_data = session.load("cleaned_data", reader=NAME)
        versions = session.inputs(NAME)
        forecast = tasks.forecast(
            deployed_model,
            cleaned_data,
            model_version=versions["deployed_model"],
            data_version=versions["cleaned_data"],
        )
        yield from audited(
            context,
            session,
            forecast,
            checks=_checks(forecast),
            metadata=lambda: {**_metadata(forecast), **_of_now(forecast, settings, clock())},
            figures=", ".join(f"{row.horizon}: {row.forecast:+.3%}" for row in forecast.itertuples()),
        )


def _checks(forecast: pd.DataFrame) -> list[dg.AssetCheckResult]:
    levels = sorted((name[6:] for name in map(str, forecast) if name.startswith("lower_")), key=float)
    lower, upper = [f"lower_{level}" for level in levels], [f"upper_{level}" for level in levels]
    finite = bool(np.isfinite(forecast[["forecast", *lower, *upper]].to_numpy()).all())
    # From the widest lower bound through the forecast to the widest upper bound, nothing may decrease.
    ladder = forecast[[*reversed(lower), "forecast", *upper]].to_numpy()
    return [
        check("finite", finite, reason="forecast and bounds"),
        check("nested_intervals", bool((np.diff(ladder, axis=1) >= 0).all()), reason=f"{len(lower)} levels"),
    ]


def _metadata(forecast: pd.DataFrame) -> dict[str, Any]:
    wanted = ("origin", "target_session", "horizon", "model", "forecast", "lower_90", "upper_90")
    shown = forecast[[name for name in wanted if name in forecast]]
    return {
        "dagster/row_count": len(forecast),
        "forecasts": table_metadata(shown),
        "skill": dg.MetadataValue.md("\n\n".join(forecast["statement"])),
    }


def _of_now(forecast: pd.DataFrame, settings: Settings, now: pd.Timestamp) -> dict[str, Any]:
    """What depends on when this runs: the age of the forecast, and the ledger, which has it from now on."""
    origin = forecast["origin"].max()
    age = {"origin": origin.date().isoformat(), "age in sessions": tasks.age_sessions(origin, settings, now)}
    return age | _recorded(forecast, settings, now)


def _recorded(forecast: pd.DataFrame, settings: Settings, now: pd.Timestamp) -> dict[str, Any]:
    """Append the forecasts to the ledger: the checks have passed, and the version is about to be stored."""
    ledger = open_ledger(settings)
    made_at = now.to_pydatetime(warn=False)
    new = ledger.append(
        LedgerRow.of({str(name): value for name, value in row.items()}, made_at=made_at)
        for row in forecast.to_dict("records")
    )
    made, realised = ledger.counts()
    return {"ledger": ledger.address, "ledger rows new": new, "ledger rows": made, "ledger outcomes known": realised}
