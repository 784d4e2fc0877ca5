"""People who watch `spx run` see one line per asset."""

import dagster as dg

from spx_assets.orchestration.progress import progress_logger


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
