"""The code location: a snapshot of the asset graph, so that an accidental change shows in review."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pandas as pd
import pytest

from spx_assets import definitions
from spx_assets.artifacts import TABLES
from spx_assets.errors import UsageError
from spx_assets.orchestration.freshness import by_session

# asset: group, owner, IO manager, upstream, checks
GRAPH = {
    "raw_market": ("market", "team:market-data", "table", []),
    "cleaned_data": ("features", "team:research", "table", ["raw_market"]),
    "walk_forward": ("forecasting", "team:research", "table", ["cleaned_data"]),
    "trained_model": ("forecasting", "team:research", "model", ["cleaned_data", "walk_forward"]),
    "deployed_model": ("serving", "team:platform", "model", ["cleaned_data", "trained_model", "walk_forward"]),
    "next_forecast": ("serving", "team:research", "table", ["cleaned_data", "deployed_model"]),
    "track_record": (
        "monitoring",
        "team:research",
        "record",
        ["cleaned_data", "next_forecast", "raw_market", "walk_forward"],
    ),
    "analysis_report": (
        "reporting",
        "team:research",
        "document",
        ["cleaned_data", "next_forecast", "raw_market", "trained_model", "walk_forward"],
    ),
}


# external asset: group, owner, kind, upstream, checks
SERVICES = {
    "prediction_service": (
        "serving",
        "team:platform",
        "fastapi",
        ["deployed_model", "next_forecast"],
        ["running", "up_to_date"],
    ),
    "dashboard": ("serving", "team:platform", "streamlit", ["next_forecast", "walk_forward"], ["running"]),
}

# sensor or schedule: the job it starts, whether it runs by default
AUTOMATION = {
    "on_landing": ("ingest", "RUNNING"),
    "on_new_raw_market": ("downstream", "RUNNING"),
    "conditions": (None, "RUNNING"),
    "observe_services": (None, "RUNNING"),
    "on_run_failure": (None, "STOPPED"),
    "on_concern": (None, "STOPPED"),
    "after_close": ("ingest", "RUNNING"),
    "nightly": ("refresh", "RUNNING"),
}


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    """The code location over an empty home."""
    return definitions.build_definitions(home=tmp_path_factory.mktemp("home"))


def test_the_graph_is_as_designed(location: dg.Definitions) -> None:
    """Keys, groups, owners, IO managers and dependencies of every asset."""
    graph = location.resolve_asset_graph()
    nodes = {key.path[-1]: graph.get(key) for key in graph.materializable_asset_keys}

    actual = {
        name: (
            node.group_name,
            *node.owners,
            location.resolve_assets_def(name).get_io_manager_key_for_asset_key(dg.AssetKey(name)),
            sorted(parent.path[-1] for parent in node.parent_keys),
        )
        for name, node in nodes.items()
    }

    assert actual == GRAPH


def test_every_asset_is_described_versioned_typed_and_checked(location: dg.Definitions) -> None:
    """No asset without description, kinds, code version and a blocking check; tables show their columns."""
    graph = location.resolve_asset_graph()
    for key in graph.materializable_asset_keys:
        node = graph.get(key)
        assert node.description
        assert node.kinds
        assert node.code_version
        checks = [graph.get(check) for check in graph.get_check_keys_for_assets({key})]
        assert any(check.blocking for check in checks)
        if key.path[-1] in TABLES:
            assert node.metadata["dagster/column_schema"].columns


def test_jobs_are_refresh_and_retrain(location: dg.Definitions) -> None:
    """`refresh` selects all that is materialized; `retrain` everything from the evaluation on."""
    refresh = {key.path[-1] for key in location.resolve_job_def("refresh").asset_layer.selected_asset_keys}
    retrain = {key.path[-1] for key in location.resolve_job_def("retrain").asset_layer.selected_asset_keys}

    assert refresh == set(GRAPH)
    assert retrain == set(GRAPH) - {"raw_market", "cleaned_data"}


def test_the_services_are_external_and_checked(location: dg.Definitions) -> None:
    """Observed, not materialized: described, owned, and with the checks that say when one is missed."""
    graph = location.resolve_asset_graph()
    nodes = {key.path[-1]: graph.get(key) for key in graph.get_all_asset_keys() - graph.materializable_asset_keys}

    actual = {
        name: (
            node.group_name,
            *node.owners,
            *node.kinds,
            sorted(parent.path[-1] for parent in node.parent_keys),
            sorted(key.name for key in graph.get_check_keys_for_assets({node.key})),
        )
        for name, node in nodes.items()
    }

    assert actual == SERVICES
    assert all(node.description for node in nodes.values())


def test_every_asset_is_automated_fresh_and_written_once(location: dg.Definitions) -> None:
    """Condition, freshness policy and pool of every asset that is materialized."""
    graph = location.resolve_asset_graph()
    for name in GRAPH:
        node = graph.get(dg.AssetKey(name))
        label = "once more after a failure" if name == "raw_market" else "follows its inputs"
        assert node.automation_condition is not None
        assert node.automation_condition.get_label() == label
        assert node.freshness_policy == by_session()
        assert node.pools == {name}


def test_what_runs_by_itself(location: dg.Definitions) -> None:
    """Sensors and schedules, with the job that each starts and whether it runs by default."""
    found = location.get_repository_def()

    assert {
        definition.name: (
            definition.job_name if AUTOMATION[definition.name][0] else None,
            definition.default_status.value,
        )
        for definition in [*found.sensor_defs, *found.schedule_defs]
    } == AUTOMATION


def test_an_unknown_override_is_refused() -> None:
    """A replacement that replaces nothing is a typing error."""
    with pytest.raises(UsageError, match="sorce"):
        definitions.build_definitions(sorce="sample")


def test_importing_the_module_builds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`defs` is built when asked for, from the environment of then."""
    monkeypatch.setenv("SPX_HOME", str(tmp_path / "later"))

    made = definitions.defs()

    assert isinstance(made, dg.Definitions)
    assert not (tmp_path / "later").exists()


def test_the_present_is_an_argument(tmp_path: Path) -> None:
    """With `now` given, the clock resource says just that."""
    now = pd.Timestamp("2020-01-01", tz="UTC")

    made = definitions.build_definitions(home=tmp_path, now=now)

    assert made.resources is not None
    assert now == made.resources["clock"]()
