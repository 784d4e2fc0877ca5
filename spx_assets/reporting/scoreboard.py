"""The scoreboard as frozen rows: every model of every horizon, beside the historical mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from spx_assets.forecasting.scoreboard import scoreboard
from spx_assets.forecasting.tests_of_skill import diebold_mariano, pesaran_timmermann
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.labels import BENCHMARK
from spx_assets.reporting.out_of_sample import NO_FORECASTS, known_rows


@dataclass(frozen=True)
class Score:
    """One model's scores at one horizon: shares as shares, errors and widths as log returns, NaN unknown."""

    horizon: int
    model: str
    deployed: bool
    forecasts: int
    r2_os: float
    rmse: float
    rmse_ratio: float
    mae: float
    hit_rate: float
    always_up_rate: float
    clark_west: float
    clark_west_p: float
    diebold_mariano: float
    diebold_mariano_p: float
    pesaran_timmermann: float
    pesaran_timmermann_p: float
    coverage_90: float
    mean_width_90: float

    @property
    def benchmark(self) -> bool:
        """Whether this is the historical mean itself."""
        return self.model == BENCHMARK


def scores(evaluation: pd.DataFrame, deployed: Mapping[int, str]) -> tuple[Score, ...] | Absent:
    """`forecasting.scoreboard`'s rows in its order, with the RMSE as a ratio to the historical mean's."""
    known = evaluation[evaluation["realised"].notna()]
    if known.empty:
        return Absent(NO_FORECASTS)
    rows = [_with_tests(evaluation, row) for row in scoreboard(evaluation).to_dict("records")]
    benchmark = {int(row["horizon"]): float(row["rmse"]) for row in rows if row["model"] == BENCHMARK}
    return tuple(_score(row, deployed, benchmark) for row in rows if row["n"] > 0)


def _score(row: dict[Any, Any], deployed: Mapping[int, str], benchmark: Mapping[int, float]) -> Score:
    horizon, model = int(row["horizon"]), str(row["model"])
    tests = [name + tail for name in ("clark_west", "diebold_mariano", "pesaran_timmermann") for tail in ("", "_p")]
    names = ("mae", "hit_rate", "always_up_rate", *tests, "coverage_90", "mean_width_90")
    return Score(
        horizon,
        model,
        deployed.get(horizon) == model,
        int(row["n"]),
        float(row["r2_os"]),
        float(row["rmse"]),
        float(row["rmse"]) / benchmark.get(horizon, float("nan")),
        *(float(row[name]) for name in names),
    )


def _with_tests(evaluation: pd.DataFrame, row: dict[Any, Any]) -> dict[Any, Any]:
    """Diebold–Mariano, one-sided for the candidate, and Pesaran–Timmermann, unless the scoreboard has them."""
    if "diebold_mariano" in row and "pesaran_timmermann" in row:
        return row
    horizon, model = int(row["horizon"]), str(row["model"])
    rows = known_rows(evaluation, horizon, model)
    equal_loss = diebold_mariano(
        rows["realised"], rows["forecast"], rows["benchmark"], horizon=horizon, alternative="greater"
    )
    signs = pesaran_timmermann(rows["realised"], rows["forecast"], horizon=horizon)
    return row | {
        "diebold_mariano": equal_loss.statistic,
        "diebold_mariano_p": equal_loss.p_value,
        "pesaran_timmermann": signs.statistic,
        "pesaran_timmermann_p": signs.p_value,
    }


def best_candidates(rows: tuple[Score, ...]) -> dict[int, Score]:
    """Per horizon the candidate with the lowest squared error, the historical mean aside."""
    best: dict[int, Score] = {}
    for row in rows:
        if not row.benchmark and (row.horizon not in best or row.rmse < best[row.horizon].rmse):
            best[row.horizon] = row
    return best
