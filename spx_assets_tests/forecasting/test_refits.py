"""Refitting at every refit of a schedule."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import SGDRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor

from spx_assets.forecasting.panel import Panel
from spx_assets.forecasting.refits import is_warm, last_fit, refitted
from spx_assets.forecasting.schedule import Schedule
from spx_assets_tests.forecasting.synthetic import refitted as plainly


@pytest.fixture
def panel() -> Panel:
    """Two hundred rows."""
    random = np.random.default_rng(0)
    X = random.standard_normal((200, 3))
    return Panel.of(X, X[:, 0] + random.standard_normal(200))


def test_processes_and_one_thread_agree(panel: Panel) -> None:
    """With the plainest loop as well, and every refit is heard of."""
    schedule = Schedule(200, 80, horizon=2, step=9)
    tree = DecisionTreeRegressor(max_depth=3, random_state=0)
    heard: list[tuple[int, int]] = []
    made = []
    for jobs in (1, 2):
        forecast = np.empty(len(schedule.origins))
        every = np.arange(len(schedule.refits))
        for origins, values in refitted(
            panel, schedule, every, tree, n_jobs=jobs, progress=lambda *done: heard.append(done)
        ):
            forecast[origins] = values
        made.append(forecast)

    np.testing.assert_array_equal(made[0], made[1])
    np.testing.assert_array_equal(made[0], plainly(panel.X, panel.y, tree, first_train=80, horizon=2, step=9))
    assert heard[-1] == (len(schedule.refits), len(schedule.refits))


def test_a_warm_estimator_goes_on_from_its_last_solution(panel: Panel) -> None:
    """What the last refit leaves forecast the last origins; fitted cold, or on what came since, it is another."""
    schedule = Schedule(200, 80, step=30)
    warm = make_pipeline(StandardScaler(), SGDRegressor(max_iter=3, tol=None, random_state=0, warm_start=True))

    *_, (origins, values) = refitted(panel, schedule, np.arange(len(schedule.refits)), warm, n_jobs=2)

    rows = origins + schedule.first_origin
    known = Panel.of(panel.X[:171], panel.y[:171])  # row 170 is the last refit
    again = last_fit(known, Schedule(171, 80, step=30), clone(warm))
    np.testing.assert_array_equal(values, again.predict(panel.X[rows]))
    cold = clone(warm).set_params(sgdregressor__warm_start=False)
    for other in (last_fit(known, Schedule(171, 80, step=30), cold), last_fit(panel, schedule, clone(warm))):
        assert np.abs(other.predict(panel.X[rows]) - values).max() > 1e-6


def test_an_ensemble_is_never_warm() -> None:
    """Its warm start would add members, of which there are none to add."""
    assert is_warm(SGDRegressor(warm_start=True))
    assert not is_warm(RandomForestRegressor(warm_start=True))
    assert not is_warm(SGDRegressor())
