"""The conditions: what follows by itself, what is tried once more, and what the sensors are left to answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest

from spx_assets.orchestration.audit import check, check_specs
from spx_assets.orchestration.conditions import condition_of

CHAIN = ("raw_market", "cleaned_data", "walk_forward", "trained_model")


class Graph:
    """Four assets in a chain, each of a data version that the test sets, and what the conditions ask for."""

    def __init__(self) -> None:
        self.versions = dict.fromkeys(CHAIN, "1")
        self.failing: set[str] = set()
        self.passing = True
        self.instance = dg.DagsterInstance.ephemeral()
        self.definitions = dg.Definitions([self._asset(name, i) for i, name in enumerate(CHAIN)])
        self.cursor: Any = None

    def _asset(self, name: str, i: int) -> dg.AssetsDefinition:
        @dg.asset(
            name=name,
            deps=list(CHAIN[i - 1 : i]) if i else [],
            automation_condition=condition_of(name),
            check_specs=check_specs(name, {"good": "It is good."}),
        )
        def made() -> Iterator[Any]:
            yield check("good", self.passing or name not in self.failing)
            if name in self.failing and self.passing:
                raise ZeroDivisionError
            yield dg.MaterializeResult(data_version=dg.DataVersion(self.versions[name]))

        return made

    def make(self, *assets: str, **versions: str) -> None:
        """One run that materializes these assets, with new versions of some."""
        self.versions |= versions
        dg.materialize(
            self.definitions.assets,  # type: ignore[arg-type]
            selection=list(assets),
            instance=self.instance,
            raise_on_error=False,
        )

    def begin(self, *assets: str) -> dg.DagsterRun:
        """A run that means to make these assets and is at work."""
        keys = {dg.AssetKey(name) for name in assets}
        job = self.definitions.resolve_implicit_global_asset_job_def().get_subset(asset_selection=keys)
        return self.instance.create_run_for_job(job, asset_selection=keys, status=dg.DagsterRunStatus.STARTED)

    def asked(self) -> set[str]:
        """What one evaluation of the conditions asks for."""
        result = dg.evaluate_automation_conditions(self.definitions, self.instance, cursor=self.cursor)
        self.cursor = result.cursor
        return {name for name in CHAIN if result.get_num_requested(dg.AssetKey(name))}


@pytest.fixture
def graph() -> Graph:
    """Everything made once and looked at once."""
    made = Graph()
    made.make(*CHAIN)
    made.asked()
    return made


def test_a_changed_source_is_left_to_its_sensor(graph: Graph) -> None:
    """`on_new_raw_market` runs everything downstream; a condition beside it would run it twice."""
    graph.make("raw_market", raw_market="2")

    assert graph.asked() == set()


def test_a_run_of_everything_asks_for_nothing_more(graph: Graph) -> None:
    """What changed was followed within the same run."""
    graph.make(*CHAIN, **dict.fromkeys(CHAIN, "2"))

    assert graph.asked() == set()


def test_what_builds_on_a_change_follows_once(graph: Graph) -> None:
    """One asset materialized alone: all downstream in the next evaluation, none in the one after."""
    graph.make("cleaned_data", cleaned_data="2")

    assert graph.asked() == {"walk_forward", "trained_model"}
    graph.make("walk_forward", "trained_model")
    assert graph.asked() == set()


def test_an_equal_version_asks_for_nothing(graph: Graph) -> None:
    """Materialized again without a change."""
    graph.make("cleaned_data")

    assert graph.asked() == set()


def test_a_failure_is_tried_once_more_and_not_for_ever(graph: Graph) -> None:
    """The failed asset and what waits for it, once; a second failure is a person's."""
    graph.failing = {"cleaned_data"}
    graph.make(*CHAIN[1:])

    assert graph.asked() == set(CHAIN[1:])
    run = graph.begin(*CHAIN[1:])
    assert graph.asked() == set()
    graph.instance.report_run_failed(run, "again")
    assert [graph.asked(), graph.asked()] == [set(), set()]


def test_a_success_gives_the_next_failure_its_own_retry(graph: Graph) -> None:
    """What worked in between starts anew."""
    for _ in range(2):
        graph.failing = {"trained_model"}
        graph.make("trained_model")
        assert graph.asked() == {"trained_model"}
        graph.failing = set()
        graph.make("trained_model")
        assert graph.asked() == set()


def test_nothing_builds_on_a_failed_blocking_check(graph: Graph) -> None:
    """The asset itself is tried once more; what builds upon it waits."""
    graph.failing, graph.passing = {"raw_market"}, False
    graph.make("raw_market", raw_market="2")
    graph.make("cleaned_data", cleaned_data="2")
    graph.failing = {"cleaned_data"}
    graph.make("cleaned_data", cleaned_data="3")

    assert "trained_model" not in graph.asked()
    assert "walk_forward" not in graph.asked()
