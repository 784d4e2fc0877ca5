"""Check before storing: an asset's blocking checks are evaluated first, its value is handed over after.

A Dagster check that runs after the write finds the bad version already there. Here a failing check
shows in the asset graph, ends the step, and nothing is stored. Also: start and end of every task are
logged with their key figures, and typed errors reach Dagster whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import dagster as dg
import pandas as pd
from dagster import DagsterLogManager

from spx_assets.errors import CheckFailed, SchemaRefused, SpxError, StoreUnavailable, WriteConflict
from spx_assets.orchestration.open_runs import PID_TAG, process_tag
from spx_assets.orchestration.store_session import StoreSession
from spx_assets.orchestration.unchanged import MADE_FROM, Kept, Record, made_from

Results = Iterator[dg.AssetCheckResult | dg.MaterializeResult[Any]]
# Only these can end differently when tried again with the same input. A source that did not answer is not among them:
# fetching has retried within its own deadline, and that deadline is a promise.
TRANSIENT = (StoreUnavailable, WriteConflict)
SHOWN_ROWS = 20


def check_specs(asset: str, checks: Mapping[str, str], *, blocking: bool = True) -> list[dg.AssetCheckSpec]:
    """Checks of `asset`, from name → what it makes sure of; those of `advice` do not block."""
    return [dg.AssetCheckSpec(name, asset=asset, description=text, blocking=blocking) for name, text in checks.items()]


def check(
    name: str, passed: bool, *, metadata: Mapping[str, Any] | None = None, reason: str = ""
) -> dg.AssetCheckResult:
    """One evaluated check, with the failing rows or the evidence in its metadata."""
    return dg.AssetCheckResult(
        passed=bool(passed), check_name=name, metadata=dict(metadata or {}), description=reason or None
    )


def advice(
    name: str, passed: bool, *, metadata: Mapping[str, Any] | None = None, reason: str = ""
) -> dg.AssetCheckResult:
    """A check that warns when it does not pass, and stops nothing: what it finds is for a person to judge."""
    return dg.AssetCheckResult(
        passed=bool(passed),
        check_name=name,
        metadata=dict(metadata or {}),
        description=reason or None,
        severity=dg.AssetCheckSeverity.WARN,
    )


def rule(name: str, broken: pd.DataFrame, what: str, *, reason: str = "") -> dg.AssetCheckResult:
    """The check that no row breaks a rule, with how many do and the first of them in its metadata."""
    return check(
        name,
        broken.empty,
        metadata={"count": len(broken), "failing rows": table_metadata(broken)},
        reason=reason or f"{len(broken):,} {what}",
    )


def contract(name: str, validate: Callable[[pd.DataFrame], Any], table: pd.DataFrame) -> dg.AssetCheckResult:
    """The check that `table` keeps its pandera contract, with the failing rows as evidence."""
    try:
        validate(table)
    except SchemaRefused as refused:
        return check(name, False, metadata={"failures": refused.evidence}, reason=refused.evidence.splitlines()[0])
    return check(name, True, reason=f"all {len(table):,} rows valid")


def table_metadata(rows: pd.DataFrame, *, limit: int = SHOWN_ROWS) -> dg.TableMetadataValue:
    """The first rows of a small table, for the asset graph."""
    shown = rows.head(limit)
    records = [dg.TableRecord({str(k): _cell(v) for k, v in row.items()}) for row in shown.to_dict("records")]
    columns = [dg.TableColumn(str(name), "string") for name in rows.columns]
    return dg.MetadataValue.table(records, schema=dg.TableSchema(columns))


def _cell(value: Any) -> str:
    if isinstance(value, pd.Timestamp):
        return value.isoformat() if value.tzinfo or value != value.normalize() else value.date().isoformat()
    return f"{value:.6g}" if isinstance(value, float) else str(value)


@contextmanager
def refusals(log: DagsterLogManager, asset: str) -> Iterator[None]:
    """Turn a typed error into a failure that keeps its words, and is tried again only where that can help."""
    try:
        yield
    except SpxError as error:
        log.error("%s: refused. %s", asset, error)
        raise dg.Failure(
            description=str(error),
            metadata={"what": error.what, "evidence": error.evidence or "–", "way out": error.way_out or "–"},
            allow_retries=isinstance(error, TRANSIENT),
        ) from error


@contextmanager
def task(context: dg.AssetExecutionContext) -> Iterator[None]:
    """Log the task's start; its typed errors become failures. The run learns which process executes it."""
    asset = context.asset_key.path[-1]
    # A step in a process of its own ends before its run does, and says nothing about it.
    if PID_TAG not in context.run.tags and context.job_def.executor_def.name == dg.in_process_executor.name:
        context.instance.add_run_tags(context.run_id, process_tag())
    context.log.info("%s: start", asset)
    with refusals(context.log, asset):
        yield


def audited(
    context: dg.AssetExecutionContext,
    session: StoreSession,
    value: Any,
    *,
    checks: Iterable[dg.AssetCheckResult],
    metadata: Callable[[], Mapping[str, Any]],
    figures: str,
    also: Mapping[str, object] | None = None,
) -> Results:
    """Yield every check, then the value with its content version, unless a check failed; a warning is logged.

    `metadata` is asked for only then: it may take for granted what the checks make sure of.

    Raises:
        CheckFailed: naming the failed checks; nothing was stored.

    """
    asset = context.asset_key.path[-1]
    evaluated: Sequence[dg.AssetCheckResult] = list(checks)
    yield from evaluated
    _log_warnings(context, evaluated)
    failed = [each for each in evaluated if not each.passed and each.severity is dg.AssetCheckSeverity.ERROR]
    if failed:
        raise CheckFailed(
            f"{asset} was not stored, {len(failed)} of {len(evaluated)} checks failed",
            evidence="; ".join(f"{result.check_name}: {result.description or 'failed'}" for result in failed),
            way_out="The current version is unchanged. `spx up` shows each check with its evidence.",
        )
    version = session.payload(asset, value).version
    context.log.info("%s: done, version %s, %s", asset, version, figures)
    made = {MADE_FROM: made_from(context, session, session.inputs(asset), also or {})}
    yield dg.MaterializeResult(value=value, data_version=dg.DataVersion(version), metadata={**metadata(), **made})


def kept(context: dg.AssetExecutionContext, record: Record, *, metadata: Mapping[str, Any] | None = None) -> Results:
    """The asset as it is, because it would be made again from the very same: its checks and metadata as recorded.

    `metadata` is what is nevertheless new.
    """
    asset = context.asset_key.path[-1]
    yield from record.checks
    _log_warnings(context, record.checks)
    context.log.info("%s: done, version %s, unchanged: %s", asset, record.version, record.why)
    yield dg.MaterializeResult(
        value=Kept(record.version),
        data_version=dg.DataVersion(record.version),
        metadata={**record.metadata, **(metadata or {})},
    )


def _log_warnings(context: dg.AssetExecutionContext, checks: Iterable[dg.AssetCheckResult]) -> None:
    for result in checks:
        if not result.passed and result.severity is dg.AssetCheckSeverity.WARN:
            text = result.description or "not passed"
            context.log.warning("%s: check %s warns: %s", context.asset_key.path[-1], result.check_name, text)
