"""The scoreboard as frozen rows."""

from __future__ import annotations

import pytest

from spx_assets.forecasting.scoreboard import scoreboard
from spx_assets.forecasting.tests_of_skill import diebold_mariano, pesaran_timmermann
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.out_of_sample import known_rows
from spx_assets.reporting.scoreboard import best_candidates, scores
from spx_assets_tests.reporting import synthetic

EVALUATION = synthetic.evaluation(synthetic.cleaned())


def test_rows_are_those_of_forecasting() -> None:
    """Scores are computed in one place, and repeated here."""
    rows = scores(EVALUATION, {1: "ridge"})
    assert not isinstance(rows, Absent)
    expected = scoreboard(EVALUATION)
    assert [(row.horizon, row.model) for row in rows] == list(zip(expected["horizon"], expected["model"], strict=True))
    assert [row.r2_os for row in rows] == list(expected["r2_os"])
    assert [row.model for row in rows if row.deployed] == ["ridge"]


def test_rmse_ratio_is_against_the_mean_of_the_horizon() -> None:
    """The mean's own ratio is one."""
    rows = scores(EVALUATION, {})
    assert not isinstance(rows, Absent)
    for row in rows:
        mean = next(one for one in rows if one.benchmark and one.horizon == row.horizon)
        assert row.rmse_ratio == pytest.approx(row.rmse / mean.rmse)


def test_best_candidate_has_the_lowest_error_and_is_not_the_mean() -> None:
    """One candidate for each horizon."""
    rows = scores(EVALUATION, {})
    assert not isinstance(rows, Absent)
    for horizon, best in best_candidates(rows).items():
        assert not best.benchmark
        assert best.rmse == min(row.rmse for row in rows if row.horizon == horizon and not row.benchmark)


def test_no_known_return_is_a_sentence() -> None:
    """Forecasts alone are no scores."""
    assert isinstance(scores(EVALUATION.assign(realised=float("nan")), {}), Absent)


def test_further_tests_are_those_of_forecasting() -> None:
    """Diebold–Mariano speaks for the candidate, Pesaran–Timmermann of its signs."""
    rows = scores(EVALUATION, {})
    assert not isinstance(rows, Absent)
    ridge = next(row for row in rows if row.model == "ridge" and row.horizon == 5)
    known = known_rows(EVALUATION, 5, "ridge")
    given = known["realised"], known["forecast"]
    losses = diebold_mariano(*given, known["benchmark"], horizon=5, alternative="greater")
    assert (ridge.diebold_mariano, ridge.diebold_mariano_p) == (losses.statistic, losses.p_value)
    signs = pesaran_timmermann(*given, horizon=5)
    assert (ridge.pesaran_timmermann, ridge.pesaran_timmermann_p) == (signs.statistic, signs.p_value)
