"""The out-of-sample table: its rows, its contract, its honesty."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spx_assets.errors import DataRefused, UsageError
from spx_assets.forecasting import CANDIDATES, WALK_FORWARD_DTYPES, WalkForward, evaluate, scoreboard
from spx_assets_tests.forecasting.conftest import FIRST_TRAIN, Made
from spx_assets_tests.forecasting.synthetic import cleaned_like


def test_rows_are_sorted_by_horizon_candidate_and_origin(no_skill: Made) -> None:
    """Every candidate at the same origins, the first with `first_train` known outcomes, to the last session."""
    table, sessions = no_skill.evaluation, no_skill.cleaned["session"].to_numpy()

    groups = list(table.groupby(["horizon", "model"], sort=False))

    keys = [key for key, _ in groups]
    assert keys == [(h, m) for h in (1, 5) for m in ("historical_mean", "ols", "ridge")]
    for (horizon, _), rows in groups:
        np.testing.assert_array_equal(rows["origin"], sessions[FIRST_TRAIN + int(horizon) - 1 :])


def test_the_contract_holds_and_types_are_exact(no_skill: Made) -> None:
    """Schema and stored types."""
    WalkForward.validate(no_skill.evaluation, lazy=True)

    assert {name: str(kind) for name, kind in no_skill.evaluation.dtypes.items()} == dict(WALK_FORWARD_DTYPES)


def test_outcomes_are_missing_exactly_while_unknown(no_skill: Made) -> None:
    """The last h origins have forecasts and no outcome; their bounds stand."""
    for horizon in (1, 5):
        rows = no_skill.rows(horizon, "ridge")
        assert np.flatnonzero(rows["realised"].isna()).tolist() == list(range(len(rows) - horizon, len(rows)))
        assert rows[["forecast", "lower_90", "upper_90"]].tail(horizon).notna().all(axis=None)


def test_bounds_begin_when_sixty_errors_are_known_and_nest(no_skill: Made) -> None:
    """60 errors of horizon 5 are known at the 65th origin; wider levels enclose narrower ones."""
    rows = no_skill.rows(5, "ols").reset_index(drop=True)

    assert rows["lower_50"].first_valid_index() == 64
    known = rows.dropna(subset=["lower_95"])
    ladder = known[["lower_95", "lower_90", "lower_80", "lower_50", "forecast", "upper_50", "upper_80", "upper_95"]]
    assert (np.diff(ladder.to_numpy(), axis=1) >= 0).all()


def test_planted_skill_is_found_and_noise_is_not(no_skill: Made, skilled: Made) -> None:
    """Of a planted fifth least squares keeps most; on noise it is below zero."""
    found = {
        name: scoreboard(made.evaluation).set_index(["horizon", "model"]).loc[(1, "ols"), "r2_os"]
        for name, made in (("noise", no_skill), ("skill", skilled))
    }

    assert found["noise"] < 0
    assert 0.1 < found["skill"] < 0.3


def test_runs_again_to_the_same_numbers_and_says_what_it_does() -> None:
    """Deterministic, and one line of progress per candidate and horizon."""
    cleaned = cleaned_like(rows=260)
    said: list[tuple[float, str]] = []

    first = evaluate(cleaned, horizons=(5, 1), first_train=FIRST_TRAIN, progress=lambda *line: said.append(line))
    again = evaluate(cleaned, horizons=(1, 5), first_train=FIRST_TRAIN)

    pd.testing.assert_frame_equal(first, again, check_exact=True)
    done = [words for _, words in said if words.endswith("forecasts")]
    shares = [share for share, _ in said]
    assert done[0] == "historical_mean, 1 session ahead: 110 forecasts"
    assert len(done) == 2 * len(CANDIDATES)
    assert any(words.endswith("refits") for _, words in said)
    assert (shares == sorted(shares), shares[-1]) == (True, 1.0)


def test_the_benchmark_is_always_evaluated() -> None:
    """Even when it is not asked for: everything is judged against it."""
    table = evaluate(cleaned_like(rows=230), horizons=(1,), candidates=("ols",), first_train=FIRST_TRAIN)

    assert table["model"].unique().tolist() == ["historical_mean", "ols"]


def test_impossible_requests_are_refused() -> None:
    """Too short a history, a horizon without a target, an unknown candidate."""
    cleaned = cleaned_like(rows=200)

    with pytest.raises(DataRefused, match="too short to judge a forecast 5"):
        evaluate(cleaned, horizons=(5,), first_train=200)
    with pytest.raises(UsageError, match="target_3"):
        evaluate(cleaned, horizons=(3,), first_train=100)
    with pytest.raises(UsageError, match="no candidate 'oracle'"):
        evaluate(cleaned, horizons=(1,), candidates=("oracle",), first_train=100)


def test_a_foreign_regressor_that_fails_is_named() -> None:
    """With what it said, and where to correct it: a setting is wrong, not the platform."""
    name = "sklearn.neighbors.KNeighborsRegressor(n_neighbors=5000)"

    with pytest.raises(UsageError, match=r"n_neighbors=5000.* fails, 1 sessions ahead.*n_samples.*SPX_CANDIDATES"):
        evaluate(cleaned_like(rows=200), horizons=(1,), candidates=(name,), first_train=120)
