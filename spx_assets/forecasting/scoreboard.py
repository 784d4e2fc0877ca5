"""The scoreboard: every score and test of every model and horizon, from the out-of-sample table alone."""

from __future__ import annotations

import math

import pandas as pd

from spx_assets.forecasting import scores
from spx_assets.forecasting.candidates import BENCHMARK
from spx_assets.forecasting.intervals import bound_names, coverage, mean_width
from spx_assets.forecasting.schedule import FEWEST_OUTCOMES
from spx_assets.forecasting.tests_of_skill import TestResult, clark_west, diebold_mariano, pesaran_timmermann

JUDGED_LEVEL = 0.9


def scoreboard(evaluation: pd.DataFrame) -> pd.DataFrame:
    """One row per (horizon, model), in the order of `evaluation`, over the forecasts whose return is known.

    Columns: n; r2 (against the mean of the outcomes) and r2_os (against the historical mean), fractions;
    rmse, mae (log return); hit_rate, always_up_rate, shares; clark_west, diebold_mariano (for a smaller squared error)
    and pesaran_timmermann with their one-sided p; coverage_90 and mean_width_90 of the intervals. NaN where undefined,
    as any test of fewer than 60 outcomes, or test of the benchmark against itself.
    """
    rows = [_scores(rows) for _, rows in evaluation.groupby(["horizon", "model"], sort=False)]
    return pd.DataFrame(rows)


def interval_coverage(rows: pd.DataFrame) -> dict[str, float]:
    """Share of known outcomes inside the interval, by nominal per cent, for the rows of one model and horizon."""
    percents = [name.removeprefix("lower_") for name in rows.columns if name.startswith("lower_")]
    return {
        percent: coverage(rows["realised"], rows[f"lower_{percent}"], rows[f"upper_{percent}"]) for percent in percents
    }


def _scores(rows: pd.DataFrame) -> dict[str, object]:
    horizon, model = int(rows["horizon"].iloc[0]), str(rows["model"].iloc[0])
    y, f, b = scores.known_rows(rows["realised"], rows["forecast"], rows["benchmark"])
    nested, equal, signs = (
        (
            clark_west(y, f, b, horizon=horizon),
            diebold_mariano(y, f, b, horizon=horizon, alternative="greater"),
            pesaran_timmermann(y, f, horizon=horizon),
        )
        if len(y) >= FEWEST_OUTCOMES
        else (TestResult(math.nan, math.nan, f"fewer than {FEWEST_OUTCOMES} outcomes"),) * 3
    )
    lower, upper = bound_names(JUDGED_LEVEL)
    judged = lower in rows
    return {
        "horizon": horizon,
        "model": model,
        "n": len(y),
        "r2": scores.r2(y, f),
        "r2_os": 0.0 if model == BENCHMARK and len(y) else scores.r2_out_of_sample(y, f, b),
        "rmse": scores.rmse(y, f),
        "mae": scores.mae(y, f),
        "hit_rate": scores.hit_rate(y, f),
        "always_up_rate": scores.always_up_rate(y),
        "clark_west": nested.statistic,
        "clark_west_p": nested.p_value,
        "diebold_mariano": equal.statistic,
        "diebold_mariano_p": equal.p_value,
        "pesaran_timmermann": signs.statistic,
        "pesaran_timmermann_p": signs.p_value,
        "coverage_90": coverage(rows["realised"], rows[lower], rows[upper]) if judged else float("nan"),
        "mean_width_90": mean_width(rows["realised"], rows[lower], rows[upper]) if judged else float("nan"),
    }
