"""`track_record`: how the forecasts of the ledger have done, and what has drifted; its checks beside it.

Outcomes are filled in the ledger here, as soon as a close is known. What the checks find is for a person to judge:
they warn and stop nothing, except that a table which breaks its contract is not stored.
"""

import base64
import hashlib
from collections.abc import Sequence
from typing import Any

import dagster as dg
import pandas as pd

from spx_assets import artifacts, features, forecasting
from spx_assets.forecasting import TrackedForecast, TrackRecord
from spx_assets.home import open_ledger, open_store
from spx_assets.orchestration.audit import (
    Results,
    advice,
    audited,
    check_specs,
    contract,
    kept,
    table_metadata,
    task,
)
from spx_assets.orchestration.store_session import StoreSession
from spx_assets.orchestration.table_type import table_type
from spx_assets.orchestration.unchanged import Kept, record_if_unchanged
from spx_assets.settings import Settings
from spx_assets.store.ledger_row import LedgerRow, Outcome

NAME = "track_record"
CHECKS = {
    "contract": "One row per forecast of the ledger, with every column of its contract.",
}
ADVICE = {
    "ledger_whole": "Every forecast of the stored track records and forecasts is in the ledger, unchanged.",
    "skill": "At no horizon is the historical mean significantly better than the forecasts that were made.",
    "interval_coverage": "Intervals contain the nominal share of outcomes (Kupiec).",
    "feature_drift": "Fewer than a quarter of the features moved further than in every earlier quarter.",
    "error_drift": "At no horizon have the errors moved away from those of the evaluation.",
}
LEDGER = table_type(TrackedForecast)
FEWEST_OUTCOMES = 60
NOT_TESTED = f"not tested: fewer than {FEWEST_OUTCOMES} outcomes"
SIGNIFICANT = 0.05
DRIFTED_SHARE = 0.25


@dg.asset(
    name=NAME,
    deps=["raw_market", "cleaned_data", "walk_forward", "next_forecast"],
    group_name="monitoring",
    kinds={"pandas", "parquet"},
    owners=["team:research"],
    io_manager_key="record",
    dagster_type=dg.PythonObjectDagsterType((TrackRecord, Kept), "TrackRecord"),
    metadata=LEDGER.metadata,
    check_specs=[*check_specs(NAME, CHECKS), *check_specs(NAME, ADVICE, blocking=False)],
    pool=NAME,
)
def track_record(  # the ledger is judged by everything that was known
    context: dg.AssetExecutionContext,
    settings: dg.ResourceParam[Settings],
    session: dg.ResourceParam[StoreSession],
) -> Results:
    """How the forecasts of the ledger have done: live R², interval coverage, drift of features and of errors.

    One row is (origin, horizon, model version), with the return that followed as it was first known. Of several
    forecasts of one origin the first counts, and those made after their outcome was known are scored apart.
    """
    with task(context):
        if record := record_if_unchanged(context, session, also=_also(settings)):
            yield from kept(context, record)
            return
        raw_market = session.load("raw_market", reader=NAME)
        cleaned_data = session.load("cleaned_data", reader=NAME)
        walk_forward = session.load("walk_forward", reader=NAME)
        session.load("next_forecast", reader=NAME)  # its forecasts are read from the ledger, where they are by now
        filled = _filled(raw_market, settings)
        rows = open_ledger(settings).rows()
        forecasts = forecasting.ledger_table((row.record() for row in rows), decision_time=settings.decision_time)
        judged = forecasting.track_record(forecasts, features.complete_rows(cleaned_data), walk_forward)
        yield from audited(
            context,
            session,
            judged,
            checks=_checks(judged, _ledger_whole(rows, settings)),
            metadata=lambda: {**_metadata(session, judged), "outcomes filled": filled},
            figures=judged.statement,
            also=_also(settings),
        )


def _also(settings: Settings) -> dict[str, object]:
    """What the track record is made from beside other assets: every row of the ledger as it is now."""
    digest = hashlib.sha256()
    for row in open_ledger(settings).rows():
        digest.update(repr(row).encode())
    return {"ledger": digest.hexdigest()}


def _filled(raw_market: pd.DataFrame, settings: Settings) -> int:
    """Fill the outcomes that are known by now in the ledger; how many rows got one."""
    ledger = open_ledger(settings)
    pending = pd.DataFrame([vars(span) for span in ledger.pending()], columns=["origin", "target_session", "horizon"])
    spans = pending.astype(dict.fromkeys(("origin", "target_session"), "datetime64[ns]"))
    known = features.first_known_returns(raw_market, spans)
    return ledger.realise(
        Outcome(origin.date(), int(horizon), float(realised), at.to_pydatetime(warn=False))
        for origin, horizon, realised, at in zip(
            known["origin"], known["horizon"], known["realised"], known["realised_at"], strict=True
        )
    )


def _checks(record: TrackRecord, ledger_whole: dg.AssetCheckResult) -> list[dg.AssetCheckResult]:
    moved = record.drift[record.drift["drifted"]]
    of_features, of_errors = (moved[moved["kind"] == kind] for kind in (forecasting.FEATURE, forecasting.ERROR))
    count = int((record.drift["kind"] == forecasting.FEATURE).sum())
    return [
        contract("contract", lambda table: artifacts.validated(NAME, table), record.forecasts),
        ledger_whole,
        _skill(record.scores),
        _coverage(record.coverage),
        advice(
            "feature_drift",
            len(of_features) < DRIFTED_SHARE * count,
            metadata={"features": table_metadata(of_features, limit=count)},
            reason=f"{len(of_features)} of {count} features moved further than in every earlier quarter",
        ),
        advice(
            "error_drift",
            of_errors.empty,
            metadata={"errors": table_metadata(record.drift[record.drift["kind"] == forecasting.ERROR])},
            reason=", ".join(of_errors["subject"]) or "no horizon has drifted",
        ),
    ]


def _ledger_whole(rows: Sequence[LedgerRow], settings: Settings) -> dg.AssetCheckResult:
    """What was published once is the same now: the database promises it, and this looks from outside, every time."""
    published = artifacts.published_forecasts(open_store(settings))
    records = (row.record() for row in rows)
    lost = forecasting.lost_or_changed(published, records, decision_time=settings.decision_time)
    count = f"{len(lost):,} forecast{'s' if len(lost) != 1 else ''}"
    reason = f"{count} of {len(published)} stored versions are not in the ledger as they were: {_examples(lost)}"
    said = reason if len(lost) else f"compared with {len(published)} stored versions"
    return advice("ledger_whole", lost.empty, metadata={"lost or changed": table_metadata(lost)}, reason=said)


def _examples(lost: pd.DataFrame) -> str:
    return "; ".join(f"{row.origin:%Y-%m-%d}, horizon {row.horizon}: {row.what}" for row in lost.head(3).itertuples())


def _skill(scores: pd.DataFrame) -> dg.AssetCheckResult:
    judged = scores[(scores["sample"] == "all") & (scores["n"] >= FEWEST_OUTCOMES)]
    worse = judged[judged["worse_p"] < SIGNIFICANT / max(len(judged), 1)]
    said = f"none of {len(judged)} horizons is worse" if len(judged) else NOT_TESTED
    worst = f"worse: {_listed(worse['horizon'])}" if len(worse) else said
    return advice("skill", worse.empty, metadata={"scores": table_metadata(scores)}, reason=worst)


def _coverage(coverage: pd.DataFrame) -> dg.AssetCheckResult:
    judged = coverage[coverage["n"] >= FEWEST_OUTCOMES]
    # Bonferroni: among a dozen intervals one in twelve would fail a test at one in twelve.
    off = judged[judged["kupiec_p"] < SIGNIFICANT / max(len(judged), 1)]
    said = "; ".join(f"{row.level:.0%} at {row.horizon}: {row.coverage:.1%}" for row in off.itertuples())
    return advice(
        "interval_coverage",
        off.empty,
        metadata={"coverage": table_metadata(coverage, limit=len(coverage))},
        reason=said or (f"none of {len(judged)} intervals is off" if len(judged) else NOT_TESTED),
    )


def _metadata(session: StoreSession, record: TrackRecord) -> dict[str, Any]:
    picture = base64.b64encode(session.payload(NAME, record).files["track_record.png"]).decode()
    moved = record.drift.sort_values(["psi", "subject"], ascending=[False, True])
    judged = record.scores[(record.scores["sample"] == "all") & (record.scores["n"] > 0)]
    return {
        "dagster/row_count": len(record.forecasts),
        "verdict": dg.MetadataValue.md(record.statement),
        "outcomes": record.outcomes,
        **{f"R²_OS, horizon {h}": float(r2) for h, r2 in zip(judged["horizon"], judged["r2_os"], strict=True)},
        "scores": table_metadata(record.scores, limit=len(record.scores)),
        "interval coverage": table_metadata(record.coverage, limit=len(record.coverage)),
        "drift": table_metadata(moved, limit=len(moved)),
        "picture": dg.MetadataValue.md(f"![track record](data:image/png;base64,{picture})"),
    }


def _listed(horizons: pd.Series) -> str:
    return ", ".join(str(horizon) for horizon in horizons)
