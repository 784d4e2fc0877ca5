"""Every interval of a model judged at once: coverage with its tests, width and proper scores, one row per level."""

from __future__ import annotations

import pandas as pd

from spx_assets.forecasting.interval_tests import interval_coverage, pinball_loss, winkler_score
from spx_assets.forecasting.intervals import mean_width


def interval_scores(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per level of the `walk_forward` rows of one model and horizon, over the outcomes that are known.

    Columns: level, n, coverage; p-values of Kupiec's, Christoffersen's independence and conditional-coverage tests;
    mean_width, winkler (log return); pinball_lower and pinball_upper, the losses of the two bounds as quantiles.
    """
    horizon = int(rows["horizon"].iloc[0])
    percents = [name.removeprefix("lower_") for name in map(str, rows) if name.startswith("lower_")]
    return pd.DataFrame([_scored(rows, percent, horizon) for percent in percents])


def _scored(rows: pd.DataFrame, percent: str, horizon: int) -> dict[str, float]:
    level = float(percent) / 100
    y, lower, upper = rows["realised"], rows[f"lower_{percent}"], rows[f"upper_{percent}"]
    found = interval_coverage(y, lower, upper, level=level, horizon=horizon)
    return {
        "level": level,
        "n": found.n,
        "coverage": found.coverage,
        "kupiec_p": found.kupiec.p_value,
        "independence_p": found.independence.p_value,
        "christoffersen_p": found.christoffersen.p_value,
        "mean_width": mean_width(y, lower, upper),
        "winkler": winkler_score(y, lower, upper, level=level),
        "pinball_lower": pinball_loss(y, lower, quantile=(1 - level) / 2),
        "pinball_upper": pinball_loss(y, upper, quantile=(1 + level) / 2),
    }
