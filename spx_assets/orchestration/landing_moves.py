"""What happens to dropped files around a commit: tidied before it, moved after it, rewrites kept for a person.

The judging is `landing.intake`'s, the moving `landing.folder`'s; here is their order within the asset.
"""

from __future__ import annotations

import hashlib

import dagster as dg
import pandas as pd

from spx_assets import artifacts, market
from spx_assets.landing import Dropped, Intake, Landing
from spx_assets.landing.intake import local_file, reason_of, rewrite_refusal
from spx_assets.orchestration.store_session import StoreSession
from spx_assets.plain_text import printable

ACCUMULATES = "raw_market"


def tidied(
    context: dg.AssetExecutionContext, landing: Landing, session: StoreSession, now: pd.Timestamp
) -> tuple[Dropped, ...]:
    """The files to judge, once what an interrupted run had merged is moved; an as-of home has none.

    What lies in the folder and is not read is named.
    """
    if session.settings.as_of is not None:
        return ()
    landing.prepare()
    landing.resume(session.previous(ACCUMULATES))
    for name, why in landing.left_alone():
        context.log.warning("landing/%s: %s", printable(name), why)
    return landing.settled(now_s=now.timestamp())


def clear(context: dg.AssetExecutionContext, landing: Landing, intake: Intake, now: pd.Timestamp) -> None:
    """Move the judged files; one that cannot be moved stays, is said, and is judged again by the next run."""
    for name, why in intake.left_alone:
        context.log.warning("%s: left alone for now, %s", name, why)
    for judged in intake.judged:
        try:
            if judged.refusal is None:
                landing.accept(judged.file, judged.digest)
            else:
                landing.reject(judged.file, judged.digest, {"at": now.isoformat(), **judged.reason()})
                context.log.warning("%s: rejected. %s", judged.file.name, judged.refusal)
        except OSError as failed:
            context.log.warning("%s: could not be moved, %s", judged.file.name, failed)
    if intake.judged:
        landing.close()


def quarantined(landing: Landing, intake: Intake, reading: market.Reading, now: pd.Timestamp) -> str:
    """The refusal of a source that rewrites history, in words that end with what to accept; empty when it does not.

    A local file stays where it is. What came over a network is kept in `rejected/`, so that it can be accepted.
    """
    found = intake.rewrite
    if not found.reasons:
        return ""
    sources = sorted(found.diff["source"].unique())
    files = [str(path) for source in sources if (path := local_file(source)) is not None]
    if len(files) == len(sources):
        return str(rewrite_refusal(", ".join(files), found, " ".join(files)))
    rows = reading.observations
    rows = rows[rows["series"].isin(found.diff["series"]) & rows["source"].isin(sources)]
    data = artifacts.table_bytes(rows, "csv")
    digest = hashlib.sha256(data).hexdigest()
    name = f"rewrite-{'-'.join(sorted(rows['series'].unique())[:3])}-{digest[:12]}.csv"
    refusal = rewrite_refusal(", ".join(sources), found, name)
    landing.quarantine(name, data, digest, {"at": now.isoformat(), **reason_of(refusal, found.diff)})
    return str(refusal)
