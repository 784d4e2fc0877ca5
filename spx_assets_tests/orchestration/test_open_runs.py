"""Open runs: what they make, and whether somebody still executes them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from spx_assets.orchestration import open_runs
from spx_assets.orchestration.instance import open_instance
from spx_assets.orchestration.jobs import all_jobs
from spx_assets.settings import Settings


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """The instance of an empty home."""
    with open_instance(Settings.load({}, home=tmp_path)) as opened:
        yield opened


@pytest.fixture
def definitions() -> dg.Definitions:
    """The jobs over three assets of their names."""

    @dg.asset
    def raw_market() -> None:
        """The source."""

    @dg.asset(deps=[raw_market])
    def cleaned_data() -> None:
        """What is built upon it."""

    @dg.asset(deps=[cleaned_data])
    def walk_forward() -> None:
        """What is built upon that."""

    return dg.Definitions([raw_market, cleaned_data, walk_forward], jobs=all_jobs())


@pytest.mark.parametrize("job", ["refresh", "ingest", "downstream", "retrain"])
@pytest.mark.parametrize("asset", ["raw_market", "cleaned_data"])
def test_a_run_makes_what_its_job_selects(
    job: str, asset: str, definitions: dg.Definitions, instance: dg.DagsterInstance
) -> None:
    """Also when it names neither assets nor steps, as one of the daemon, and when it names its steps."""
    made = definitions.resolve_job_def(job)
    selected = dg.AssetKey(asset) in made.asset_layer.selected_asset_keys
    steps = instance.create_run_for_job(made)
    bare = steps._replace(step_keys_to_execute=None, asset_selection=None)

    assert [open_runs.makes(run, asset) for run in (steps, bare)] == [selected, selected]


def test_a_selection_within_a_job_decides(definitions: dg.Definitions, instance: dg.DagsterInstance) -> None:
    """One asset materialized alone from the graph."""
    key = dg.AssetKey("raw_market")
    job = definitions.resolve_implicit_global_asset_job_def().get_subset(asset_selection={key})
    run = instance.create_run_for_job(job, asset_selection={key})

    assert open_runs.makes(run, "raw_market")
    assert not open_runs.makes(run, "cleaned_data")
    assert open_runs.reading_the_source(instance, started=False) == run.run_id[:8]
    assert open_runs.about_to_follow(instance) is None


def test_a_dead_process_or_server_abandons_its_run(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    """By process id and start time; before a process is known, by the socket of the server that was to start it."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    socket = tmp_path / "code.sock"

    def abandoned(tags: dict[str, str]) -> bool:
        return open_runs.is_abandoned(dg.DagsterRun("refresh", tags=tags))

    assert abandoned({open_runs.PID_TAG: f"{ended.pid}:1"})
    assert not abandoned(open_runs.process_tag())
    assert abandoned({".dagster/grpc_info": json.dumps({"host": "localhost", "socket": str(socket)})})
    socket.touch()
    assert not abandoned({".dagster/grpc_info": json.dumps({"host": "localhost", "socket": str(socket)})})
    assert not abandoned({})
