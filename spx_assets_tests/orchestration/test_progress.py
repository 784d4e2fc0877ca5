"""People who watch `spx run` see one line per asset."""

import dagster as dg

from spx_assets.orchestration.progress import AtWork, progress_logger


def _said(message: str, level: str = "info") -> list[str]:
    lines: list[str] = []

    @dg.asset
    def talking(context: dg.AssetExecutionContext) -> None:
        getattr(context.log, level)(message)

    location = dg.Definitions(assets=[talking], loggers={"progress": progress_logger(lines.append)})
    location.resolve_implicit_global_asset_job_def().execute_in_process(run_config={"loggers": {"progress": {}}})
    return lines


def test_the_end_of_an_asset_is_said() -> None:
    """Once, and none of Dagster's own events."""
    assert _said("cleaned_data: done, version 0, 3 rows") == ["  cleaned_data: done, version 0, 3 rows"]


def test_warnings_are_said_and_chatter_is_not() -> None:
    """What needs attention passes; other messages do not."""
    assert _said("look here", "warning") == ["  look here"]
    assert _said("cleaned_data: start") == []


def test_where_the_run_is_can_be_asked_at_any_time() -> None:
    """The asset at work, for how long, and what its task last said; nothing between assets."""
    times = iter([10.0, 22.0])
    at_work = AtWork(clock=lambda: next(times))
    seen: list[str] = []

    @dg.asset
    def walk_forward(context: dg.AssetExecutionContext) -> None:
        context.log.info("walk_forward: start")
        context.log.info("40 %: ridge")
        seen.append(at_work.line())
        context.log.info("walk_forward: done, version 0")

    logger = progress_logger(lambda _line: None, at_work)
    location = dg.Definitions(assets=[walk_forward], loggers={"progress": logger})
    location.resolve_implicit_global_asset_job_def().execute_in_process(run_config={"loggers": {"progress": {}}})

    assert seen == ["walk_forward, 12 s: 40 %: ridge"]
    assert at_work.line() == ""
