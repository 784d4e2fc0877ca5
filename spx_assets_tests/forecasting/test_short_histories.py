"""Histories of every length: a rejection that says how many sessions are needed, or a run to its end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from spx_assets import market, tasks
from spx_assets.errors import DataRefused
from spx_assets.forecasting import sessions_needed
from spx_assets.settings import Settings
from spx_assets_tests.forecasting.synthetic import cleaned_like

SUBSETS: Sequence[tuple[str, ...]] = (
    ("historical_mean",),
    ("ridge",),
    ("ols", "combination+ct"),
    ("elastic_net", "hist_gradient_boosting"),
    ("random_forest", "ridge+ct"),
)


def history(sessions: int, seed: int = 0) -> pd.DataFrame:
    """A table of that many sessions with targets for 1, 5 and 21."""
    table = cleaned_like(rows=sessions, r2=0.002, seed=seed)
    following = table["target_1"].fillna(0.0).to_numpy()
    level = np.concatenate(([0.0], np.cumsum(following)))[:sessions]
    table["target_21"] = np.concatenate((level[21:] - level[:-21], np.full(min(21, sessions), np.nan)))[:sessions]
    return table


def run_to_its_end(sessions: int, candidates: tuple[str, ...]) -> bool:
    """Evaluate, train, judge, forecast and report; False where the history is rejected as too short."""
    settings = Settings(candidates=candidates)
    cleaned = history(sessions)
    try:
        evaluation = tasks.evaluate(cleaned, settings)
        trained = tasks.train(cleaned, evaluation, settings)
    except DataRefused as rejected:
        return _names_what_is_needed(rejected, sessions, settings)
    gates = tasks.gates(trained, None, evaluation, cleaned, settings)
    forecast = tasks.forecast(trained, cleaned, model_version="m", data_version="d")
    bounds = [name for name in forecast if str(name).startswith(("lower_", "upper_"))]
    assert [gate.name for gate in gates if not gate.passed] == []
    assert np.isfinite(forecast[["forecast", "benchmark", *bounds]].to_numpy()).all()
    for entry in trained.card["horizons"].values():
        assert entry["model"] == "historical_mean" or entry["test"]["clark_west_p"] is not None
        assert "nan" not in entry["statement"]
    assert tasks.report(market.no_observations(), cleaned, evaluation, trained, forecast).pages
    return True


def _names_what_is_needed(rejected: DataRefused, sessions: int, settings: Settings) -> bool:
    needed = sessions_needed(21, settings.first_train)
    assert f"{sessions:,} sessions with every feature; {needed:,} are needed" in str(rejected)
    return False


@pytest.mark.parametrize(
    ("sessions", "candidates", "ends"),
    [(100, ("ridge",), False), (540, ("ridge",), False), (604, ("ols",), False), (605, ("ols", "ridge"), True)],
)
def test_a_short_history_is_rejected_or_runs_to_its_end(
    sessions: int, candidates: tuple[str, ...], *, ends: bool
) -> None:
    """On both sides of the shortest that gives sixty outcomes at every horizon."""
    assert run_to_its_end(sessions, candidates) is ends


@pytest.mark.slow
@pytest.mark.parametrize("candidates", SUBSETS, ids=["_".join(names) for names in SUBSETS])
def test_every_length_is_rejected_or_runs_to_its_end(candidates: tuple[str, ...]) -> None:
    """From 100 to 1,500 sessions, in steps, around the shortest one session at a time."""
    lengths = [*range(100, 1501, 100), 540, 561, 578, *range(600, 612)]

    ends = {sessions: run_to_its_end(sessions, candidates) for sessions in lengths}

    assert ends == {sessions: sessions >= 605 for sessions in lengths}
