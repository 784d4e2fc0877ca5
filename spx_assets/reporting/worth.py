"""What acting on the forecasts would have been worth, net of costs, as frozen rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from spx_assets.forecasting.economics import RISK_AVERSION, WEIGHTS
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.card import entries_by_horizon, number_in

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
    deployed: bool
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


NAMES = (
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


def worth(
    card: Mapping[str, Any], trials: int, models: Mapping[int, str], deployed: Mapping[int, str]
) -> EconomicWorth | Absent:
    """What the model card says of the named model of each horizon, at every cost; computed once, when it was made."""
    if not models:
        return Absent("No candidate has a known return beside the historical mean: there is no gain over it to price.")
    rows = tuple(
        _worth(horizon, row, deployed=deployed.get(horizon) == row["model"])
        for horizon, entry in entries_by_horizon(card).items()
        for row in entry.get("economic_value") or ()
        if row["model"] == models.get(horizon)
    )
    if not rows:
        return Absent("The model card carries no economic value: what acting on the forecasts was worth is not known.")
    return EconomicWorth(rows, RISK_AVERSION, WEIGHTS, max(trials, 1))


def _worth(horizon: int, row: Mapping[str, Any], *, deployed: bool) -> Worth:
    values = (number_in(row, name) for name in NAMES)
    return Worth(horizon, str(row["model"]), deployed, float(row["cost_bp"]), int(row["periods"]), *values)
