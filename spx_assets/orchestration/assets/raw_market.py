"""`raw_market`: every observation ever accepted, with when it became known; its checks beside it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

from spx_assets import market, tasks
from spx_assets.landing import Intake, Landing, take_in
from spx_assets.market import cross_checks
from spx_assets.market.combine import disagreements_in_words
from spx_assets.market.observation import Observation, validated
from spx_assets.orchestration import progress, remembered
from spx_assets.orchestration.audit import (
    Results,
    advice,
    audited,
    check,
    check_specs,
    contract,
    kept,
    rule,
    table_metadata,
    task,
)
from spx_assets.orchestration.landing_moves import clear, quarantined, tidied
from spx_assets.orchestration.store_session import StoreSession
from spx_assets.orchestration.table_type import table_type
from spx_assets.orchestration.unchanged import pinned_record
from spx_assets.plain_text import markdown_code
from spx_assets.settings import Settings

NAME = "raw_market"
CHECKS = {
    "contract": "Every column, type, key and plausible range of the Observation schema holds.",
    "nothing_lost": "Every observation of the last version is still there, unchanged.",
    "row_count": "No series has fewer rows or dates than in the last version.",
    "no_rewrite": "The source continues the history that is known: small revisions, no lost dates, no old copy.",
    "clock": "Revisions are dated by a clock that is not behind what is stored, nor far ahead of everything else.",
    "has_closes": "There are closes of the S&P 500 to build from.",
    "sessions_complete": "Every NYSE session between the first and the last close has one.",
    "sessions_only": "No price of the index is dated on a day on which the NYSE was closed.",
    "no_jumps": "No close is further than a log return of 0.25 from the close before.",
    "prices_consistent": "Highs are a session's largest prices, lows its smallest.",
}
ADVICE = {
    "fresh": "At most SPX_MAX_AGE_SESSIONS sessions have closed since the last close; beyond one a warning when unset.",
}
# Without a limit of the user's, what is older than one session is worth a warning.
USUAL_AGE_SESSIONS = 1
# More than a year without a file, a session or a new version of this program: rather the clock is wrong.
FAR_AHEAD = pd.Timedelta(days=400)
OBSERVATIONS = table_type(Observation)


@dg.asset(
    name=NAME,
    group_name="market",
    kinds={"pandas", "parquet"},
    owners=["team:market-data"],
    io_manager_key="table",
    dagster_type=OBSERVATIONS.dagster_type,
    metadata=OBSERVATIONS.metadata,
    check_specs=[*check_specs(NAME, CHECKS), *check_specs(NAME, ADVICE, blocking=False)],
    pool=NAME,
    retry_policy=dg.RetryPolicy(max_retries=3, delay=5, backoff=dg.Backoff.LINEAR),
)
def raw_market(
    context: dg.AssetExecutionContext,
    settings: dg.ResourceParam[Settings],
    session: dg.ResourceParam[StoreSession],
    clock: dg.ResourceParam[Callable[[], pd.Timestamp]],
) -> Results:
    """Every observation ever accepted, with when the market could first know it. Append-only and bitemporal.

    One row is (series, date, known_at). A changed value is a new row with the time it was first seen, an equal
    value adds nothing. Files in `landing/` are judged one by one: good ones go to `landing/accepted/` once they
    are stored, others to `landing/rejected/` with the reason beside them.
    """
    with task(context):
        if record := pinned_record(context, session):
            # Neither the source nor landing/ is read: what they give is taken in after the release.
            yield from kept(context, record)
            return
        now = clock()
        landing = Landing(settings.landing_root)
        previous = session.load_if_any(NAME, reader=NAME)
        known = market.no_observations() if previous is None else previous
        dropped = tidied(context, landing, session, now)
        reading = _reading(settings, session, known, now)
        for said in reading.read_as:
            context.log.info("%s%s", progress.READ, said)
        for said in (*reading.left_out, *disagreements_in_words(reading)):
            context.log.warning(said)
        intake = take_in(known, reading, dropped, now=now, approvals=landing.approvals())
        landing.intend(session.payload(NAME, intake.observations).version, intake.moves)
        yield from audited(
            context,
            session,
            intake.observations,
            checks=_checks(known, intake, settings, now, quarantined(landing, intake, reading, now)),
            metadata=lambda: _metadata(reading, intake),
            figures=f"{len(intake.observations):,} rows, {intake.new:,} new, {intake.revised:,} revised",
        )
        # Dagster comes back here when the IO manager has committed the version, and never when it could not.
        clear(context, landing, intake, now)
        remembered.remember(settings, session.previous(NAME), session.store.current(NAME), reading.validators)


def _reading(settings: Settings, session: StoreSession, known: pd.DataFrame, now: pd.Timestamp) -> market.Reading:
    """What the source gives now; in an as-of home, what the main home knew at that instant."""
    main = None if settings.as_of is None else session.main_home_value(NAME)
    if main is None:
        held = market.known_from(known, remembered.validators(settings, session.previous(NAME)))
        reading = tasks.ingest(settings.source, now=now, settings=settings, known=held)
    else:
        reading = market.Reading(main)
    if settings.as_of is None:
        return reading
    instant = tasks.decision_instant(settings.as_of, settings)
    return replace(reading, observations=market.known_by(reading.observations, instant).reset_index(drop=True))


def _checks(
    known: pd.DataFrame, intake: Intake, settings: Settings, now: pd.Timestamp, rewritten: str
) -> list[dg.AssetCheckResult]:
    merged = intake.observations
    key = ["series", "date", "known_at", "value"]
    lost = known[key].merge(merged[key], how="left", on=key, indicator=True)
    lost = lost[lost["_merge"] == "left_only"].drop(columns="_merge")
    closes = int((merged["series"] == cross_checks.CLOSE).sum())
    return [
        contract("contract", validated, merged),
        rule("nothing_lost", lost, "rows lost"),
        rule("row_count", cross_checks.fewer_rows(known, merged), "series with fewer rows"),
        rule("no_rewrite", intake.rewrite.diff, "values rewritten", reason=rewritten),
        _clock(known, intake, now),
        check("has_closes", closes > 0, metadata={"closes": closes}, reason=f"{closes:,} closes"),
        rule("sessions_complete", cross_checks.missing_sessions(merged), "sessions without a close"),
        rule("sessions_only", cross_checks.closed_days(merged), "prices on days the NYSE was closed"),
        rule("no_jumps", cross_checks.jumps(merged), "closes that jump"),
        rule("prices_consistent", cross_checks.inconsistent_prices(merged), "sessions with inconsistent prices"),
        _freshness(merged, settings, now),
    ]


def _clock(known: pd.DataFrame, intake: Intake, now: pd.Timestamp) -> dg.AssetCheckResult:
    """A revision becomes known when it is seen, by this machine's clock: a wrong one would hide or back-date it.

    That the clock was ahead, or is behind, is certain once something is stored with a later time; that it is ahead
    now can only be suspected, from how old everything else is, and is a warning.
    """
    ahead = market.dated_ahead(known, now)
    if not ahead.empty:
        until = ahead["known_at"].max()
        reason = (
            f"{len(ahead):,} values are stored as known later than now, {now:%Y-%m-%d %H:%M} UTC, the last at "
            f"{until:%Y-%m-%d %H:%M}: the clock was ahead then, or is behind now. They are not used before. "
            "Set the clock, or `spx rollback raw_market VERSION` to one stored before them"
        )
        result = check if intake.revised else advice
        return result("clock", False, metadata={"values": table_metadata(ahead)}, reason=reason)
    newest = max(
        [*(pd.Timestamp(at, unit="ns", tz="UTC") for at in _times_seen(intake)), *_times_stored(known, intake)]
    )
    suspect = intake.revised > 0 and now - newest > FAR_AHEAD
    return advice(
        "clock",
        not suspect,
        reason=f"{intake.revised:,} revisions are dated {now:%Y-%m-%d}, and nothing else here is newer than "
        f"{newest:%Y-%m-%d}: if the clock is wrong, set it, `spx rollback raw_market` and run again"
        if suspect
        else f"{intake.revised:,} revisions dated {now:%Y-%m-%d %H:%M} UTC",
    )


def _times_seen(intake: Intake) -> list[int]:
    """When the dropped files, and this program, were written, in nanoseconds since 1970."""
    return [Path(__file__).stat().st_mtime_ns, *(judged.file.modified_ns for judged in intake.judged)]


def _times_stored(known: pd.DataFrame, intake: Intake) -> list[pd.Timestamp]:
    dates = intake.observations["date"].dt.tz_localize("UTC")
    return [*known["known_at"].nlargest(1), *dates.nlargest(1)]


def _freshness(merged: pd.DataFrame, settings: Settings, now: pd.Timestamp) -> dg.AssetCheckResult:
    """Old data stops the run where the user set a limit; without one it is a warning, never a pass."""
    instant = now if settings.as_of is None else tasks.decision_instant(settings.as_of, settings)
    behind, allowed = cross_checks.sessions_behind(merged, instant), settings.max_age_sessions
    fresh = behind is not None and behind <= (USUAL_AGE_SESSIONS if allowed is None else allowed)
    judged = "SPX_MAX_AGE_SESSIONS is unset, so this stops nothing" if allowed is None else f"limit {allowed:,}"
    age = (
        "no close" if behind is None else f"{behind:,} {'session' if behind == 1 else 'sessions'} since the last close"
    )
    return (advice if allowed is None else check)(
        "fresh",
        fresh,
        metadata={"sessions since the last close": -1 if behind is None else behind},
        reason=f"{age} ({judged})",
    )


def _metadata(reading: market.Reading, intake: Intake) -> dict[str, Any]:
    coverage = market.coverage(intake.observations)
    files = pd.DataFrame(
        [
            {"file": judged.file.name, "rows": judged.rows, "is": str(judged.refusal or "accepted")}
            for judged in intake.judged
        ]
    )
    return {
        "dagster/row_count": len(intake.observations),
        "rows fetched": intake.fetched,
        "rows new": intake.new,
        "rows revised": intake.revised,
        "rows rejected": sum(judged.rows for judged in intake.rejected),
        "files accepted": len(intake.accepted),
        "files rejected": len(intake.rejected),
        "landing": table_metadata(files),
        "read": "\n".join(reading.read_as) or "none",
        "files left out": "\n".join(reading.left_out) or "none",
        "repairs": "; ".join([*reading.repairs, *(text for file in intake.accepted for text in file.repairs)])
        or "none",
        "sources": dg.MetadataValue.md("\n".join(f"- {markdown_code(source)}" for source in reading.sources) or "–"),
        "disagreements": table_metadata(reading.disagreements),
        "coverage": table_metadata(coverage, limit=len(coverage)),
        "revisions": table_metadata(intake.revisions),
    }
