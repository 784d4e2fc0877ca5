"""The trial ledger."""

from __future__ import annotations

import pytest

from spx_assets.errors import DataRefused, UsageError
from spx_assets.forecasting.trials import Trial, count_at, merged, trials_file, trials_from, trials_of, trials_record
from spx_assets_tests.forecasting.conftest import FIRST_TRAIN, Made


def test_an_evaluation_is_one_trial_per_candidate_and_horizon(skilled: Made) -> None:
    """The benchmark is none; the settings that shape the forecasts are part of each."""
    found = trials_of(skilled.cleaned, skilled.evaluation)

    assert [(each.horizon, each.candidate) for each in found] == [(1, "ols"), (1, "ridge"), (5, "ols"), (5, "ridge")]
    assert {(each.first_train, each.refit_every) for each in found} == {(FIRST_TRAIN, 1)}
    assert count_at(found, 5) == 2


def test_the_same_again_adds_nothing_and_another_setting_does(skilled: Made) -> None:
    """Whatever the order; another set of features is another trial."""
    found = trials_of(skilled.cleaned, skilled.evaluation)
    fewer = trials_of(skilled.cleaned.drop(columns="noise_1"), skilled.evaluation)

    assert merged(found, reversed(found)) == found
    assert len(merged(found, fewer)) == 2 * len(found)


def test_the_file_says_it_all(skilled: Made) -> None:
    """There and back; byte-equal for equal ledgers; counted."""
    found = trials_of(skilled.cleaned, skilled.evaluation)

    assert trials_from(trials_file(found)) == found
    assert trials_file(found[::-1]) == trials_file(found)
    assert trials_record(found)["by_horizon"] == {"1": 2, "5": 2}


@pytest.mark.parametrize("data", [b"", b"{}", b'{"list": [{"horizon": "x"}]}', b"[1]"])
def test_anything_else_is_refused(data: bytes) -> None:
    """A ledger that cannot be read is not an empty one."""
    with pytest.raises(DataRefused, match="ledger of trials"):
        trials_from(data)


def test_a_table_does_not_say_what_to_import(skilled: Made) -> None:
    """A path in a stored evaluation must be one of the settings'."""
    name = "sklearn.linear_model.Lasso(alpha=0.1)"
    planted = skilled.evaluation.replace({"model": {"ols": name}})

    with pytest.raises(UsageError, match="settings do not name"):
        trials_of(skilled.cleaned, planted)
    assert Trial(1, name, FIRST_TRAIN, 63, trials_of(skilled.cleaned, skilled.evaluation)[0].features) in trials_of(
        skilled.cleaned, planted, candidates=(name,), refit_every=63
    )
