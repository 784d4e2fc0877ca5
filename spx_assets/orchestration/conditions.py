"""When an asset is materialized without being asked for: the declarative automation conditions.

They are the net under the sensors, and never a second trigger for the same change. What changes `raw_market` is left to
`on_new_raw_market`, which runs everything downstream at once; the conditions answer for the rest of the graph (a
person materialized one asset alone, say, and what builds upon it follows) and try once more what failed.
"""

from __future__ import annotations

from typing import Any

import dagster as dg

# A condition forgets an update that lands between two evaluations while its own run is under way (one tick). The
# nightly schedule takes up what was lost.
SOURCE = "raw_market"


def once_more_after_failure() -> dg.AutomationCondition[Any]:
    """True once between two successes, when a run that meant to make the asset has failed.

    `execution_failed().newly_true()` alone is true again after each failed retry that an evaluation saw at work, and
    so tries for ever, every half minute.
    """
    condition = dg.AutomationCondition
    failed = condition.execution_failed().since(condition.newly_updated()).newly_true()
    return (failed & ~condition.in_progress()).with_label("once more after a failure")


def new_inputs() -> dg.AutomationCondition[Any]:
    """A dependency other than `raw_market` has another data version, made by a run that leaves this asset out.

    Waits while a dependency is missing or at work, or a blocking check of one has not passed.
    """
    condition = dg.AutomationCondition
    changed = (condition.data_version_changed() & ~condition.executed_with_root_target()).with_label("changed alone")
    updated = condition.any_deps_match(changed | condition.will_be_requested())
    return (
        updated.ignore(dg.AssetSelection.assets(SOURCE)).since_last_handled()
        & ~condition.any_deps_missing()
        & ~condition.any_deps_in_progress()
        & ~condition.in_progress()
    ).with_label("new inputs")


def condition_of(asset: str) -> dg.AutomationCondition[Any]:
    """The condition of `asset`: the source is only tried again, what builds upon it also follows its inputs."""
    if asset == SOURCE:
        return once_more_after_failure()
    follows = new_inputs() | once_more_after_failure()
    return (follows & dg.AutomationCondition.all_deps_blocking_checks_passed()).with_label("follows its inputs")
