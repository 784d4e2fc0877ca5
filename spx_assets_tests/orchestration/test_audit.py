"""Check before storing, typed refusals, and what tables look like in the graph."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pandas as pd
import pytest

from spx_assets.errors import FetchFailed, SchemaRefused, SourceRefused, SpxError, WriteConflict
from spx_assets.orchestration import audit
from spx_assets.settings import Settings


def test_a_small_table_is_shown_row_by_row() -> None:
    """Dates without time, floats in six digits, everything else as it is."""
    rows = pd.DataFrame({"day": [pd.Timestamp("2020-01-02")], "x": [1 / 3], "name": ["a"]})

    (record,) = audit.table_metadata(rows).records

    assert record.data == {"day": "2020-01-02", "x": "0.333333", "name": "a"}


def test_a_long_table_is_cut() -> None:
    """The graph shows the first rows; all of them are in the store."""
    assert len(audit.table_metadata(pd.DataFrame({"x": range(1000)})).records) == audit.SHOWN_ROWS


def test_a_broken_contract_is_a_failed_check_with_its_evidence() -> None:
    """The refusal's evidence is what the check shows."""

    def refuse(_table: pd.DataFrame) -> None:
        raise SchemaRefused("broken", evidence="column x: 7")

    result = audit.contract("contract", refuse, pd.DataFrame())

    assert not result.passed
    assert result.description == "column x: 7"


@pytest.mark.parametrize(
    ("error", "retried"),
    [(SourceRefused("a"), False), (FetchFailed("a"), False), (WriteConflict("a"), True)],
    ids=["bad input", "no answer", "another writer"],
)
def test_only_what_can_end_differently_is_tried_again(error: SpxError, retried: bool) -> None:
    """A refusal keeps its words and its cause; the same bad file is not read four times."""
    attempts = []

    @dg.asset(retry_policy=dg.RetryPolicy(max_retries=1))
    def refused(context: dg.AssetExecutionContext) -> None:
        attempts.append(1)
        with audit.task(context):
            raise error

    result = dg.materialize([refused], raise_on_error=False)

    assert len(attempts) == (2 if retried else 1)
    (failure,) = [event for event in result.all_events if event.event_type is dg.DagsterEventType.STEP_FAILURE]
    assert failure.step_failure_data.user_failure_data.description == str(error)
    assert type(error).__name__ in failure.step_failure_data.error.to_string()


class _Counting:
    """Stands where the store session would, and counts how often it is asked to encode."""

    def __init__(self) -> None:
        self.encoded = 0
        self.settings = Settings.load({})

    def inputs(self, _asset: str) -> dict[str, str]:
        """Nothing was read."""
        return {}

    def payload(self, _asset: str, _value: Any) -> Any:
        """A payload of a known version."""
        self.encoded += 1
        return type("Payload", (), {"version": "0" * 16})


@pytest.mark.parametrize("passed", [True, False])
def test_a_value_is_handed_over_only_when_every_check_passed(passed: bool) -> None:
    """Failing, the checks are still yielded; nothing is encoded, described or materialized."""
    session, described = _Counting(), []

    @dg.asset(name="made", check_specs=audit.check_specs("made", {"good": "It is good."}))
    def made(context: dg.AssetExecutionContext) -> Iterator[Any]:
        yield from audit.audited(
            context,
            session,  # type: ignore[arg-type]  # counts instead of storing
            1,
            checks=[audit.check("good", passed)],
            metadata=lambda: described.append(1) or {},  # type: ignore[func-returns-value]  # counts
            figures="1",
        )

    result = dg.materialize([made], raise_on_error=False)

    assert [passed] == [check.passed for check in result.get_asset_check_evaluations()]
    assert (session.encoded, len(described), len(result.get_asset_materialization_events())) == (3 * (int(passed),))
