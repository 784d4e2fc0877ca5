"""What acting on the forecasts would have been worth, net of costs, as frozen rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from spx_assets.forecasting.economics import RISK_AVERSION, WEIGHTS, economic_value
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.labels import BENCHMARK
from spx_assets.reporting.out_of_sample import NO_FORECASTS, horizons

LEVEL = 0.9
# With fewer changes of the portfolio than this the bootstrap gives no interval.
FEWEST_PERIODS = 20


@dataclass(frozen=True)
class Worth:
    """One model at one cost: gain against the mean and Sharpe ratio, a year, with intervals of `LEVEL`; NaN unknown.

    `deflated` is the probability that the Sharpe ratio beats the best that as many trials without skill would show.
    """

    horizon: int
    model: str
    cost_bp: float
    periods: int
    gain: float
    gain_low: float
    gain_high: float
    sharpe: float
    sharpe_low: float
    sharpe_high: float
    sharpe_mean: float
    deflated: float
    turnover: float


@dataclass(frozen=True)
class EconomicWorth:
    """Every row, and the investor they are for: risk aversion, weights allowed, trials deflated by."""

    rows: tuple[Worth, ...]
    risk_aversion: float
    weights: tuple[float, float]
    trials: int


def worth(evaluation: pd.DataFrame, trials: int, models: Mapping[int, str]) -> EconomicWorth | Absent:
    """`forecasting.economic_value` of the named model of each horizon, at every cost."""
    known = horizons(evaluation)
    if not known:
        return Absent(NO_FORECASTS)
    named = evaluation["model"] == evaluation["horizon"].map(dict(models))
    judged = evaluation[named & evaluation["horizon"].isin(known) & (evaluation["model"] != BENCHMARK)]
    if judged.empty:
        return Absent("Only the historical mean was evaluated: there is no gain over it to price.")
    table = economic_value(judged, trials=max(trials, 1), level=LEVEL)
    rows = tuple(
        Worth(
            int(row["horizon"]),
            str(row["model"]),
            float(row["cost_bp"]),
            int(row["periods"]),
            *(
                float(row[name])
                for name in (
                    "ce_gain",
                    "ce_gain_lower",
                    "ce_gain_upper",
                    "sharpe",
                    "sharpe_lower",
                    "sharpe_upper",
                    "sharpe_benchmark",
                    "deflated_sharpe",
                    "turnover",
                )
            ),
        )
        for row in table.to_dict("records")
    )
    return EconomicWorth(rows, RISK_AVERSION, WEIGHTS, max(trials, 1))
