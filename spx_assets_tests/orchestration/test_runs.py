"""What a run did is read back from its events, asset by asset."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from spx_assets.commands import up
from spx_assets.errors import SourceRefused, SpxError, WriteConflict
from spx_assets.orchestration import audit, runs
from spx_assets.orchestration.instance import PID_TAG, open_instance
from spx_assets.orchestration.progress import progress_logger
from spx_assets.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home of its own."""
    return Settings.load({}, home=tmp_path)


def _execute(asset: Any, settings: Settings) -> runs.RunOutcome:
    jobs = [dg.define_asset_job("refresh")]
    loggers = {"silent": progress_logger(lambda _line: None)}
    return runs.execute(dg.Definitions(assets=[asset], jobs=jobs, loggers=loggers), settings)


def test_version_rows_and_checks_are_reported(settings: Settings) -> None:
    """One outcome per asset, and the run is in the home's instance for the graph to show."""

    @dg.asset(check_specs=audit.check_specs("made", {"good": "It is good."}))
    def made() -> Iterator[Any]:
        yield audit.check("good", True)
        metadata = {"version": "abc", "new_version": True, "dagster/row_count": 3}
        yield dg.MaterializeResult(metadata=metadata)

    outcome = _execute(made, settings)

    (asset,) = outcome.assets
    assert (asset.asset, asset.version, asset.new, asset.rows, asset.checks) == ("made", "abc", True, 3, 1)
    assert outcome.new_versions == 1
    with open_instance(settings) as instance:
        run = instance.get_run_by_id(outcome.run_id)
        assert run is not None
        assert run.is_success
        assert PID_TAG in run.tags


def test_a_refusal_keeps_its_type_and_words(settings: Settings) -> None:
    """What a step refused is what the command ends with."""

    @dg.asset
    def made(context: dg.AssetExecutionContext) -> None:
        with audit.task(context):
            raise SourceRefused("a.csv line 3", evidence="'x' is not a number", way_out="Correct it.")

    refusal = _execute(made, settings).refusal

    assert isinstance(refusal, SourceRefused)
    assert str(refusal) == "a.csv line 3: 'x' is not a number. Correct it."


def test_a_refusal_keeps_its_type_through_retries(settings: Settings) -> None:
    """Another writer in between is met by trying again, and then is what the command ends with."""
    asked = []

    @dg.asset(retry_policy=dg.RetryPolicy(max_retries=2))
    def made(context: dg.AssetExecutionContext) -> None:
        asked.append(1)
        with audit.task(context):
            raise WriteConflict("Another writer")

    refusal = _execute(made, settings).refusal

    assert len(asked) == 3
    assert isinstance(refusal, WriteConflict)


def test_a_bug_is_said_to_be_one(settings: Settings) -> None:
    """Exit status 1, which asset, and where the trace is."""

    @dg.asset
    def made() -> None:
        raise ZeroDivisionError("division by zero")

    outcome = _execute(made, settings)

    assert type(outcome.refusal) is SpxError
    assert outcome.refusal.exit_status == 1
    assert outcome.run_id in str(outcome.refusal)
    assert "division by zero" in str(outcome.refusal)
    assert outcome.as_json()["success"] is False


def test_a_run_of_the_command_is_in_the_timeline(ran: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    """It says of which code location it was, by the names that every workspace of ours uses."""
    home = shutil.copytree(ran[0], tmp_path / "home", symlinks=True)
    with open_instance(Settings.load({}, home=home)) as instance:
        run = instance.get_run_by_id(ran[1]["run_id"])

    assert run is not None
    assert run.remote_job_origin is not None
    assert run.remote_job_origin.repository_origin.get_label() == "__repository__@spx_assets"
    assert "location_name: spx_assets" in up.WORKSPACE
