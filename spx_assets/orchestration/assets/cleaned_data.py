"""`cleaned_data`: what was known at each NYSE close, and the return that followed; its checks beside it."""

from typing import Any

import dagster as dg
import pandas as pd

from spx_assets import features, tasks
from spx_assets.orchestration.audit import Results, audited, check, check_specs, contract, kept, table_metadata, task
from spx_assets.orchestration.store_session import StoreSession
from spx_assets.orchestration.table_type import table_type
from spx_assets.orchestration.unchanged import record_if_unchanged
from spx_assets.settings import Settings

NAME = "cleaned_data"
CHECKS = {
    "contract": "Sessions in order, features complete and in their plausible range, no unknown column.",
    "no_look_ahead": "Sampled rows, rebuilt from only what was known at their decision, are equal to the bit.",
    "enough_history": "There are enough sessions to train once and to judge out of sample.",
}
CLEANED_DATA = table_type(features.cleaned_data_schema())


@dg.asset(
    name=NAME,
    deps=["raw_market"],
    group_name="features",
    kinds={"pandas", "parquet"},
    owners=["team:research"],
    io_manager_key="table",
    dagster_type=CLEANED_DATA.dagster_type,
    metadata=CLEANED_DATA.metadata,
    check_specs=check_specs(NAME, CHECKS),
    pool=NAME,
)
def cleaned_data(
    context: dg.AssetExecutionContext,
    settings: dg.ResourceParam[Settings],
    session: dg.ResourceParam[StoreSession],
) -> Results:
    """What was known at each NYSE close as model features, and the return that followed. One row per session.

    Row t uses only observations known at 16:00 New York of session t; the VIX of t, struck at 16:15,
    enters at t+1. Targets are log returns over the horizons, missing until they are known.
    """
    with task(context):
        if record := record_if_unchanged(context, session):
            yield from kept(context, record)
            return
        raw_market = session.load("raw_market", reader=NAME)
        assembly = tasks.assemble(raw_market, settings)
        cleaned = assembly.cleaned
        yield from audited(
            context,
            session,
            cleaned,
            checks=_checks(raw_market, cleaned, settings),
            metadata=lambda: _metadata(raw_market, assembly),
            figures=f"{len(cleaned):,} sessions, {len(features.feature_names(cleaned))} features",
        )


def _checks(raw_market: pd.DataFrame, cleaned: pd.DataFrame, settings: Settings) -> list[dg.AssetCheckResult]:
    ahead = features.look_ahead(raw_market, cleaned, decision_time=settings.decision_time)
    needed = settings.first_train + max(settings.horizons)
    return [
        contract("contract", features.validated, cleaned),
        check(
            "no_look_ahead",
            not ahead,
            metadata={"cells that look ahead": table_metadata(pd.DataFrame(ahead))},
            reason=f"{len(ahead)} cells differ",
        ),
        check(
            "enough_history",
            len(cleaned) > needed,
            metadata={"sessions": len(cleaned), "needed": needed + 1},
            reason=f"{len(cleaned):,} sessions, more than {needed:,} needed (SPX_FIRST_TRAIN and the longest horizon)",
        ),
    ]


def _metadata(raw_market: pd.DataFrame, assembly: features.Assembly) -> dict[str, Any]:
    cleaned, families = assembly.cleaned, assembly.families
    off = families[~families["on"]]
    nulls = cleaned.isna().sum().rename_axis("column").rename("nulls").reset_index()
    return {
        "dagster/row_count": len(cleaned),
        "rows in": len(raw_market),
        "rows out": len(cleaned),
        "first session": cleaned["session"].iloc[0].date().isoformat(),
        "last session": cleaned["session"].iloc[-1].date().isoformat(),
        "features": len(features.feature_names(cleaned)),
        "feature families on": ", ".join(families.loc[families["on"], "family"]),
        "feature families off": "; ".join(f"{row.family}: {row.why}" for row in off.itertuples()) or "none",
        "families": table_metadata(families, limit=len(families)),
        "sample begins with": assembly.begins_with,
        "null counts": table_metadata(nulls, limit=len(nulls)),
        "schema validation": "holds",
        "repairs": "none: what is missing is left out, never filled",
    }
