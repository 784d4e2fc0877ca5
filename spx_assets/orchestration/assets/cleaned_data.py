"""`cleaned_data`: what was known at each NYSE close, and the return that followed; its checks beside it."""

from typing import Any

import dagster as dg
import pandas as pd

from spx_assets import features, forecasting, tasks
from spx_assets.orchestration.audit import Results, audited, check, check_specs, contract, kept, table_metadata, task
from spx_assets.orchestration.store_session import StoreSession
from spx_assets.orchestration.table_type import table_type
from spx_assets.orchestration.unchanged import record_if_unchanged
from spx_assets.settings import Settings

NAME = "cleaned_data"
CHECKS = {
    "contract": "Sessions in order, features in their plausible range and known at both ends, no unknown column.",
    "no_look_ahead": "Sampled rows, rebuilt from only what was known at their decision, are equal to the bit.",
    "last_session": "The last row is the session of the last close, with every feature known: forecasts start there.",
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
        session.describe_sample(assembly.sample)
        yield from audited(
            context,
            session,
            cleaned,
            checks=_checks(raw_market, assembly, settings),
            metadata=lambda: _metadata(raw_market, assembly),
            figures=f"{len(cleaned):,} sessions, {len(features.feature_names(cleaned))} features",
        )


def _checks(raw_market: pd.DataFrame, assembly: features.Assembly, settings: Settings) -> list[dg.AssetCheckResult]:
    cleaned, usable = assembly.cleaned, features.complete_rows(assembly.cleaned)
    ahead = features.look_ahead(raw_market, cleaned, decision_time=settings.decision_time)
    longest = max(settings.horizons)
    needed = forecasting.sessions_needed(longest, settings.first_train)
    return [
        contract("contract", features.validated, cleaned),
        check(
            "no_look_ahead",
            not ahead,
            metadata={"cells that look ahead": table_metadata(pd.DataFrame(ahead))},
            reason=f"{len(ahead)} cells differ",
        ),
        _last_session(raw_market, cleaned),
        check(
            "enough_history",
            len(usable) >= needed,
            metadata={"sessions": len(usable), "needed": needed},
            reason=f"{len(usable):,} sessions with every feature, {needed:,} needed to judge a forecast {longest} "
            f"sessions ahead (give a longer history, or lower SPX_FIRST_TRAIN or SPX_HORIZONS); {_limit(assembly)}",
        ),
    ]


def _last_session(raw_market: pd.DataFrame, cleaned: pd.DataFrame) -> dg.AssetCheckResult:
    last_close = pd.Timestamp(raw_market.loc[raw_market["series"] == features.CLOSE, "date"].max())
    last, row = pd.Timestamp(cleaned["session"].iloc[-1]), cleaned.iloc[-1]
    missing = [name for name in features.feature_names(cleaned) if pd.isna(row[name])]
    lacking = f", without {', '.join(missing)}" if missing else ""
    reason = f"last row {last.date()}{lacking}, last close {last_close.date()}"
    return check("last_session", last == last_close and not missing, reason=reason)


def _limit(assembly: features.Assembly) -> str:
    """Which family the sample begins with, and how to do without it where that is possible."""
    begins = assembly.sample["begins_with"]
    hint = f" (SPX_EXCLUDE_FAMILIES={begins['family']} leaves it out)" if begins["family"] in features.OPTIONAL else ""
    return f"the sample begins with {begins['family']}: {begins['series']} begins on {begins['first']}{hint}"


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
        "sample": dg.MetadataValue.md("\n".join(f"- {note}" for note in assembly.sample["notes"])),
        "sample begins with": assembly.sample["begins_with"]["family"],
        "sample ends with": assembly.sample["ends_with"]["series"],
        "families that stand aside": _aside(assembly) or "none",
        "sessions on reconstructed values": max(
            (each["sessions"] for each in assembly.sample["reconstructed"]), default=0
        ),
        "null counts": table_metadata(nulls, limit=len(nulls)),
        "schema validation": "holds",
        "repairs": "none: what is missing is missing, or carried with its age; nothing is filled in",
    }


def _aside(assembly: features.Assembly) -> str:
    families = assembly.sample["families"]
    return "; ".join(
        f"{each['family']} since {each['stands_aside_since']}" for each in families if each["stands_aside_since"]
    )
