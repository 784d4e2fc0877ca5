"""`raw_market`: every observation ever accepted, with when it became known; its checks beside it."""

from collections.abc import Callable
from typing import Any

import dagster as dg
import pandas as pd

from spx_assets import market, tasks
from spx_assets.features import CLOSE
from spx_assets.market.observation import Observation, validated
from spx_assets.orchestration.audit import Results, audited, check, check_specs, contract, table_metadata, task
from spx_assets.orchestration.store_session import StoreSession
from spx_assets.orchestration.table_type import table_type
from spx_assets.settings import Settings

NAME = "raw_market"
CHECKS = {
    "contract": "Every column, type, key and plausible range of the Observation schema holds.",
    "nothing_lost": "Every observation of the last version is still there, unchanged.",
    "has_closes": "There are closes of the S&P 500 to build from.",
}
OBSERVATIONS = table_type(Observation)


@dg.asset(
    name=NAME,
    group_name="market",
    kinds={"pandas", "parquet"},
    owners=["team:market-data"],
    io_manager_key="table",
    dagster_type=OBSERVATIONS.dagster_type,
    metadata=OBSERVATIONS.metadata,
    check_specs=check_specs(NAME, CHECKS),
    retry_policy=dg.RetryPolicy(max_retries=3, delay=5, backoff=dg.Backoff.LINEAR),
)
def raw_market(
    context: dg.AssetExecutionContext,
    settings: dg.ResourceParam[Settings],
    session: dg.ResourceParam[StoreSession],
    clock: dg.ResourceParam[Callable[[], pd.Timestamp]],
) -> Results:
    """Every observation ever accepted, with when the market could first know it. Append-only and bitemporal.

    One row is (series, date, known_at). A changed value is a new row with the time it was first seen,
    an equal value adds nothing, so a re-run on an unchanged source writes nothing.
    """
    with task(context):
        now = clock()
        previous = session.load_if_any(NAME, reader=NAME)
        known = market.no_observations() if previous is None else previous
        reading = _reading(settings, session, now)
        merged = market.merge(known, reading.observations, seen_at=now)
        yield from audited(
            context,
            session,
            merged.observations,
            checks=_checks(known, merged.observations),
            metadata=lambda: _metadata(reading, merged),
            figures=f"{len(merged.observations):,} rows, {merged.new:,} new, {merged.revised:,} revised",
        )


def _reading(settings: Settings, session: StoreSession, now: pd.Timestamp) -> market.Reading:
    """What the source gives now; in an as-of home, what the main home knew at that instant."""
    if settings.as_of is None:
        return tasks.ingest(settings.source, now=now)
    main = session.main_home_value(NAME)
    reading = tasks.ingest(settings.source, now=now) if main is None else market.Reading(main)
    instant = tasks.decision_instant(settings.as_of, settings)
    return market.Reading(
        reading.observations[reading.observations["known_at"] <= instant].reset_index(drop=True),
        reading.repairs,
        reading.sources,
    )


def _checks(known: pd.DataFrame, merged: pd.DataFrame) -> list[dg.AssetCheckResult]:
    key = ["series", "date", "known_at", "value"]
    lost = known[key].merge(merged[key], how="left", on=key, indicator=True)
    lost = lost[lost["_merge"] == "left_only"].drop(columns="_merge")
    closes = int((merged["series"] == CLOSE).sum())
    return [
        contract("contract", validated, merged),
        check("nothing_lost", lost.empty, metadata={"lost": table_metadata(lost)}, reason=f"{len(lost)} rows lost"),
        check("has_closes", closes > 0, metadata={"closes": closes}, reason=f"{closes:,} closes"),
    ]


def _metadata(reading: market.Reading, merged: market.Merge) -> dict[str, Any]:
    coverage = market.coverage(merged.observations)
    return {
        "dagster/row_count": len(merged.observations),
        "rows fetched": len(reading.observations),
        "rows new": merged.new,
        "rows revised": merged.revised,
        "rows rejected": 0,
        "repairs": "; ".join(reading.repairs) or "none",
        "sources": dg.MetadataValue.md("\n".join(f"- `{source}`" for source in reading.sources) or "–"),
        "coverage": table_metadata(coverage, limit=len(coverage)),
        "revisions": table_metadata(merged.revisions),
    }
