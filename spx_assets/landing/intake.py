"""What a source gives and what was dropped, judged and merged into what is known.

The source comes first; then each dropped file, in the order of the names, judged alone: parsed, held against
history, merged, cross-checked. A refused one changes nothing and stops nobody. Nothing is moved here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pandas as pd

from spx_assets import market
from spx_assets.errors import ForeignFile, SourceRefused, SpxError
from spx_assets.landing.dropped import Dropped, digest_of
from spx_assets.market import cross_checks, rewrites
from spx_assets.market.agreement import Held
from spx_assets.market.draft import FileContext
from spx_assets.market.fetch import MAX_BYTES, is_parquet, local_bytes
from spx_assets.market.parse import parse
from spx_assets.market.reading import in_order
from spx_assets.plain_text import as_source

SHOWN_DIFFERENCES = 100
MOST_AT_ONCE = 500
PERIOD = ["series", "date"]
REWRITES = "rewrites history"


class Unfitting(SourceRefused):
    """A file that is sound by itself and breaks a rule together with what is known; `rows` are those that break it."""

    rows: pd.DataFrame


@dataclass(frozen=True)
class Judged:
    """A dropped file and what came of it; `refusal` says why it was refused, if it was."""

    file: Dropped
    digest: str
    rows: int
    new: int = 0
    revised: int = 0
    repairs: tuple[str, ...] = ()
    refusal: SpxError | None = None
    diff: pd.DataFrame = field(default_factory=pd.DataFrame)

    def reason(self) -> dict[str, Any]:
        """The content of the `.reason.json` beside a refused file."""
        assert self.refusal is not None
        return {**reason_of(self.refusal, self.diff), "rows": self.rows}


# A file as judged by itself, and what it holds.
Sound = tuple[Judged, market.Reading]


@dataclass(frozen=True)
class Intake:
    """What is known after the source and every good file, and how each part was judged."""

    observations: pd.DataFrame
    fetched: int
    new: int
    revised: int
    revisions: pd.DataFrame
    rewrite: rewrites.Rewrite
    judged: tuple[Judged, ...] = ()
    left_alone: tuple[tuple[str, str], ...] = ()

    @property
    def accepted(self) -> tuple[Judged, ...]:
        """The dropped files that are merged in."""
        return tuple(file for file in self.judged if file.refusal is None)

    @property
    def moves(self) -> tuple[tuple[Dropped, str], ...]:
        """The accepted files with the digests of what was read."""
        return tuple((judged.file, judged.digest) for judged in self.accepted)

    @property
    def rejected(self) -> tuple[Judged, ...]:
        """The dropped files that are not."""
        return tuple(file for file in self.judged if file.refusal is not None)


def take_in(
    known: pd.DataFrame,
    reading: market.Reading,
    dropped: Iterable[Dropped] = (),
    *,
    now: pd.Timestamp,
    approvals: Mapping[str, Any] | None = None,
) -> Intake:
    """Merge `reading` and every good file of `dropped` into `known`; `now` is when their revisions were seen.

    A rewrite of history by the source is in the result's `rewrite` for the caller to refuse; files that
    `approvals` (by sha256) names may rewrite history.
    """
    approvals = approvals or {}
    incoming = reading.observations
    judged_now = incoming[~incoming["source"].isin(_approved_sources(incoming, approvals))]
    merged = market.merge(known, rewrites.news(known, incoming), seen_at=now)
    state = Intake(
        merged.observations,
        len(incoming),
        merged.new,
        merged.revised,
        merged.revisions,
        rewrites.rewrite(known, judged_now, unasked=reading.unasked),
    )
    return _with_files(state, tuple(dropped), now, approvals)


def _with_files(state: Intake, files: tuple[Dropped, ...], now: pd.Timestamp, approvals: Mapping[str, Any]) -> Intake:
    """The state after every file; one that does not fit is tried again after others, which may bring what it lacks."""
    state = _with_all(state, files, now, approvals)
    again = tuple(judged.file for judged in state.judged if isinstance(judged.refusal, Unfitting | ForeignFile))
    if not again or len(again) == len(files):
        return state
    done = tuple(judged for judged in state.judged if judged.file not in again)
    return _with_files(replace(state, judged=done), again, now, approvals)


def _with_all(state: Intake, files: tuple[Dropped, ...], now: pd.Timestamp, approvals: Mapping[str, Any]) -> Intake:
    """The state after every file in its turn; many that only add are merged at once, which takes as long as one."""
    for start in range(0, len(files), MOST_AT_ONCE):
        chunk = files[start : start + MOST_AT_ONCE]
        held = Held(state.observations)
        sound = [_sound(file, now, held) for file in chunk] if len(chunk) > 1 else [None]
        state = _with_chunk(state, chunk, sound, now, approvals)
    return state


def _with_chunk(
    state: Intake,
    files: tuple[Dropped, ...],
    sound: Sequence[Sound | None],
    now: pd.Timestamp,
    approvals: Mapping[str, Any],
) -> Intake:
    """The state after these files: at once if that is possible, else one half after the other."""
    if len(files) == 1:
        return _with_file(state, files[0], now, approvals)
    batch = _with_batch(state, [each for each in sound if each is not None], now) if all(sound) else None
    if batch is not None:
        return batch
    half = len(files) // 2
    first = _with_chunk(state, files[:half], sound[:half], now, approvals)
    return _with_chunk(first, files[half:], sound[half:], now, approvals)


def _with_batch(state: Intake, sound: Sequence[Sound], now: pd.Timestamp) -> Intake | None:
    """The state after files that are sound by themselves; None where they have to be judged one by one.

    At once goes what adds values and changes none, so that none is a rewrite; no two files may differ on a value.
    """
    rows = pd.concat([reading.observations.assign(file=i) for i, (_, reading) in enumerate(sound)])
    rows = rows.drop_duplicates([*PERIOD, "value", "known_at"])
    if rows.drop_duplicates([*PERIOD, "file"]).duplicated(PERIOD).any():
        return None
    merged, found = _merged(state.observations, market.Reading(in_order(rows.drop(columns="file"))), now)
    if merged.revised or found.reasons:
        return None
    try:
        _refuse_unfitting("together", state.observations, merged.observations)
    except Unfitting:
        return None
    added = rows.drop_duplicates(PERIOD).merge(state.observations[PERIOD].drop_duplicates(), how="left", indicator=True)
    new = added[added["_merge"] == "left_only"].groupby("file").size()
    judged = tuple(replace(verdict, new=int(new.get(i, 0))) for i, (verdict, _) in enumerate(sound))
    return replace(
        state,
        observations=merged.observations,
        fetched=state.fetched + sum(verdict.rows for verdict in judged),
        new=state.new + merged.new,
        judged=(*state.judged, *judged),
    )


def _sound(file: Dropped, now: pd.Timestamp, held: Held) -> Sound | None:
    """What a file holds that is sound by itself; None for any other, which is judged alone."""
    try:
        data = local_bytes(file.path)
        reading = parse(data, file.name, context=FileContext(now, held=held), source=as_source(file.name))
    except (SpxError, OSError):
        return None
    digest = hashlib.sha256(data).hexdigest()
    return Judged(file, digest, len(reading.observations), repairs=reading.repairs), reading


def reason_of(refusal: SpxError, diff: pd.DataFrame) -> dict[str, Any]:
    """A refusal for the note beside the file: kind, its three parts, the whole text, and the rows that differ."""
    rows = diff.head(SHOWN_DIFFERENCES).to_dict("records")
    return {
        "kind": type(refusal).__name__,
        "what": refusal.what,
        "evidence": refusal.evidence,
        "way out": refusal.way_out,
        "text": str(refusal),
        "acceptable": REWRITES in refusal.what,
        "differences": len(diff),
        "first differences": [{str(name): _plain(value) for name, value in row.items()} for row in rows],
    }


def rewrite_refusal(name: str, found: rewrites.Rewrite, file: str) -> SourceRefused:
    """The refusal of a source that tells another history than the one known."""
    return SourceRefused(
        f"{name} {REWRITES}",
        evidence="; ".join(found.reasons),
        way_out=f"If the new history is right: `spx accept {file}`, then `spx run`. Otherwise find out what it is.",
    )


def _with_file(state: Intake, file: Dropped, now: pd.Timestamp, approvals: Mapping[str, Any]) -> Intake:
    """The state after one dropped file: merged in, or refused and nothing else changed."""
    try:
        data = file.path.read_bytes() if file.size_bytes <= MAX_BYTES else b""
    except OSError as failed:
        # Gone or unreadable now: it stays where it is, and the next run looks again.
        return replace(state, left_alone=(*state.left_alone, (file.name, str(failed))))
    verdict = Judged(file, hashlib.sha256(data).hexdigest(), _lines(data))
    try:
        context = FileContext(now, held=Held(state.observations))
        reading = parse(data or local_bytes(file.path), file.name, context=context, source=as_source(file.name))
        verdict = replace(verdict, rows=len(reading.observations), repairs=reading.repairs)
        merged, found = _merged(state.observations, reading, now)
        if found.reasons and verdict.digest not in approvals:
            verdict = replace(verdict, diff=found.diff)
            raise rewrite_refusal(file.name, found, file.path.name)
        _refuse_unfitting(file.name, state.observations, merged.observations)
    except SpxError as refusal:
        rows = refusal.rows if isinstance(refusal, Unfitting) else verdict.diff
        return replace(state, judged=(*state.judged, replace(verdict, refusal=refusal, diff=rows)))
    verdict = replace(verdict, new=merged.new, revised=merged.revised)
    return replace(
        state,
        observations=merged.observations,
        fetched=state.fetched + verdict.rows,
        new=state.new + merged.new,
        revised=state.revised + merged.revised,
        revisions=pd.concat([state.revisions, merged.revisions], ignore_index=True),
        judged=(*state.judged, verdict),
    )


def _merged(known: pd.DataFrame, reading: market.Reading, now: pd.Timestamp) -> tuple[market.Merge, rewrites.Rewrite]:
    # Somebody dropped this file now: what it says counts even where its name said the same before.
    incoming = reading.observations
    merged = market.merge(known, rewrites.news(known, incoming, repeats_count=True), seen_at=now)
    return merged, rewrites.rewrite(known, incoming, repeats_count=True)


# What the merged history must pass, and how a file that breaks it is told so.
_RULES: Mapping[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], str]] = {
    "leaves sessions without a close": (cross_checks.missing_sessions, "Drop a file that covers them too."),
    "has prices on days the NYSE was closed": (cross_checks.closed_days, "Correct or remove these rows."),
    "makes closes jump where it meets what is known": (cross_checks.jumps, "Bring it to the same unit."),
    "makes highs and lows inconsistent with what is known": (
        cross_checks.inconsistent_prices,
        "Give all prices of these sessions, or correct them.",
    ),
}


def _refuse_unfitting(name: str, before: pd.DataFrame, after: pd.DataFrame) -> None:
    """Refuse a file for the first rule that is broken with it, and not, or less, without it."""
    for wrong, (rule, way_out) in _RULES.items():
        broken = rule(after)
        if not broken.empty and len(broken) > len(rule(before)):
            days = broken["session"] if "session" in broken else broken["date"]
            more = f" and {len(days) - 5:,} more" if len(days) > 5 else ""
            refusal = Unfitting(
                f"{name} {wrong}", evidence=", ".join(f"{day:%Y-%m-%d}" for day in days[:5]) + more, way_out=way_out
            )
            refusal.rows = broken
            raise refusal


def _plain(value: Any) -> Any:
    """A cell as JSON has it: days as text, what is missing as null."""
    if isinstance(value, pd.Timestamp):
        return value.isoformat() if value.tzinfo else f"{value:%Y-%m-%d}"
    return None if isinstance(value, float) and value != value else value  # noqa: PLR0124  # only NaN differs from itself


def local_file(source: str) -> Path | None:
    """The file of this machine that a source URI names; None for anything else, or when it is gone."""
    parts = urlsplit(source)
    path = Path(url2pathname(parts.path)) if parts.scheme == "file" else Path(source)
    return path if path.is_file() else None


def _approved_sources(incoming: pd.DataFrame, approvals: Mapping[str, Any]) -> list[str]:
    """The sources that are files whose content was approved."""
    if not approvals:
        return []
    files = {source: local_file(source) for source in incoming["source"].unique()}
    return [source for source, path in files.items() if path is not None and digest_of(path) in approvals]


def _lines(data: bytes) -> int:
    """How many rows a refused file seems to have: its lines below the header; 0 when it is no text."""
    if is_parquet(data) or b"\x00" in data:
        return 0
    return max(sum(1 for line in data.splitlines() if line.strip()) - 1, 0)
