"""What forecasts are worth to an investor who acts on them, net of costs, with intervals.

A mean–variance investor splits wealth between the index and cash at each origin. All returns here are simple.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from spx_assets.errors import UsageError
from spx_assets.forecasting.panel import Floats
from spx_assets.forecasting.scores import known_rows
from spx_assets.forecasting.sharpe import deflated_sharpe_ratio, sharpe_ratio
from spx_assets.forecasting.stationary_bootstrap import REPLICATIONS, bootstrapped_means, optimal_block_length

RISK_AVERSION = 5.0  # Neely, Rapach, Tu and Zhou (2014); Campbell and Thompson (2008) take 3
WEIGHTS = (0.0, 1.5)  # both papers: no short sales, at most 50 % borrowed
COSTS_BP = (0.0, 1.0, 5.0, 10.0)
SESSIONS_PER_YEAR = 252
BASIS_POINT = 1e-4


@dataclass(frozen=True, eq=False)
class Portfolio:
    """Weights of the index, returns of the whole net of costs and beyond cash, and the share traded per period."""

    weights: Floats
    returns: Floats
    excess: Floats
    turnover: Floats


def market_timing(
    realised: npt.ArrayLike,
    forecast: npt.ArrayLike,
    variance: npt.ArrayLike,
    *,
    risk_free: npt.ArrayLike = 0.0,
    risk_aversion: float = RISK_AVERSION,
    bounds: tuple[float, float] = WEIGHTS,
    cost_bp: float = 0.0,
) -> Portfolio:
    """The index held with weight forecast / (risk_aversion · variance), kept within `bounds`, the rest in cash.

    Neely, Rapach, Tu and Zhou (2014, Management Science 60); `realised` and `forecast` are simple returns
    beyond the risk-free rate, consecutive periods. At the end of each period but the last the share
    |w_next − w·(1 + r_index)/(1 + r)| of wealth is traded, at `cost_bp` hundredths of a per cent. Equal to the
    authors' published gains, Sharpe ratios and turnover.
    """
    if not risk_aversion > 0 or cost_bp < 0:
        raise UsageError(
            "An investor has a risk aversion above 0 and costs of at least 0",
            evidence=f"risk aversion {risk_aversion}, cost {cost_bp} bp",
        )
    n = len(np.atleast_1d(np.asarray(realised)))
    y, f, v, cash = known_rows(realised, forecast, variance, np.broadcast_to(risk_free, n))
    if np.any(v <= 0):
        raise UsageError("Variances are above 0", evidence=f"smallest {v.min()}")
    weights = np.clip(f / (risk_aversion * v), *bounds)
    gross = cash + weights * y
    turnover = np.zeros(len(y))
    drifted = weights * (1 + cash + y) / (1 + gross)
    turnover[:-1] = np.abs(weights[1:] - drifted[:-1])
    returns = (1 + gross) * (1 - cost_bp * BASIS_POINT * turnover) - 1
    return Portfolio(weights, returns, returns - cash, turnover)


def certainty_equivalent(
    returns: npt.ArrayLike, *, risk_aversion: float = RISK_AVERSION, periods_per_year: float = 1.0
) -> float:
    """The sure return that is worth as much: mean − ½ risk_aversion · variance (n − 1), times periods_per_year.

    Neely, Rapach, Tu and Zhou (2014). NaN with fewer than two returns.
    """
    (r,) = known_rows(returns)
    return float(periods_per_year * (r.mean() - risk_aversion / 2 * r.var(ddof=1))) if len(r) > 1 else math.nan


def certainty_equivalent_gain(  # noqa: PLR0913 - the investor's choices stand in the formula
    realised: npt.ArrayLike,
    forecast: npt.ArrayLike,
    benchmark: npt.ArrayLike,
    variance: npt.ArrayLike,
    *,
    risk_free: npt.ArrayLike = 0.0,
    risk_aversion: float = RISK_AVERSION,
    bounds: tuple[float, float] = WEIGHTS,
    cost_bp: float = 0.0,
    periods_per_year: float = 1.0,
) -> float:
    """The fee a year that the investor would pay to have the forecast instead of the benchmark.

    `certainty_equivalent` of the `market_timing` portfolio of the one less that of the other, both net of costs.
    Neely, Rapach, Tu and Zhou (2014); Campbell and Thompson (2008, Review of Financial Studies 21).
    """
    worth = [
        certainty_equivalent(
            market_timing(
                realised,
                each,
                variance,
                risk_free=risk_free,
                risk_aversion=risk_aversion,
                bounds=bounds,
                cost_bp=cost_bp,
            ).returns,
            risk_aversion=risk_aversion,
            periods_per_year=periods_per_year,
        )
        for each in (forecast, benchmark)
    ]
    return worth[0] - worth[1]


def economic_value(
    evaluation: pd.DataFrame,
    *,
    costs_bp: Sequence[float] = COSTS_BP,
    risk_aversion: float = RISK_AVERSION,
    bounds: tuple[float, float] = WEIGHTS,
    trials: int | None = None,
    level: float = 0.9,
    replications: int = REPLICATIONS,
    seed: int = 0,
) -> pd.DataFrame:
    """One row per (horizon, model, cost) of the `walk_forward` table: what acting on the forecasts was worth a year.

    The portfolio is changed every `horizon` sessions, so that no two returns overlap. Log returns become simple
    ones, the expected simple return being exp(f + scale²/2) − 1 and the variance scale², both known at the
    origin; cash earns nothing. Columns: periods; ce_gain against the historical mean (fraction a year), sharpe of
    the portfolio and sharpe_benchmark of the historical mean's (a year), turnover (share of wealth a year),
    deflated_sharpe for `trials` tried (all models and horizons of the table unless given), and _lower and _upper
    of gain and Sharpe ratio: percentiles over the stationary bootstrap (Politis and Romano 1994) at `level`.
    """
    if not 0 < level < 1:
        raise UsageError("An interval's level lies between 0 and 1", evidence=repr(level))
    groups = evaluation.groupby(["horizon", "model"], sort=False)
    tried = groups.ngroups if trials is None else trials
    draw = {"level": level, "replications": replications, "seed": seed}
    return pd.DataFrame(
        [_value(rows, float(cost), risk_aversion, bounds, tried, draw) for _, rows in groups for cost in costs_bp]
    )


def _value(
    rows: pd.DataFrame,
    cost_bp: float,
    risk_aversion: float,
    bounds: tuple[float, float],
    trials: int,
    draw: dict[str, float],
) -> dict[str, object]:
    horizon = int(rows["horizon"].iloc[0])
    per_year = SESSIONS_PER_YEAR / horizon
    columns = ("realised", "forecast", "benchmark", "scale")
    y, f, b, scale = known_rows(*(rows[name].iloc[::horizon] for name in columns))
    ours, theirs = (
        market_timing(
            np.expm1(y),
            np.expm1(each + scale**2 / 2),
            scale**2,
            risk_aversion=risk_aversion,
            bounds=bounds,
            cost_bp=cost_bp,
        )
        for each in (f, b)
    )
    gain, ratio = _worth(_moments(ours, theirs).mean(axis=0, keepdims=True), len(y), risk_aversion, per_year)
    intervals = _intervals(ours, theirs, risk_aversion, per_year, draw)
    return {
        "horizon": horizon,
        "model": str(rows["model"].iloc[0]),
        "cost_bp": cost_bp,
        "periods": len(y),
        "ce_gain": float(gain[0]),
        "ce_gain_lower": intervals[0],
        "ce_gain_upper": intervals[1],
        "sharpe": float(ratio[0]),
        "sharpe_lower": intervals[2],
        "sharpe_upper": intervals[3],
        "sharpe_benchmark": sharpe_ratio(theirs.excess, periods_per_year=per_year),
        "deflated_sharpe": deflated_sharpe_ratio(ours.excess, trials=trials),
        "turnover": float(per_year * ours.turnover.mean()) if len(y) else math.nan,
    }


def _moments(ours: Portfolio, theirs: Portfolio) -> Floats:
    """First and second powers, from whose means the certainty equivalents and the Sharpe ratio follow."""
    return np.column_stack([ours.returns, ours.returns**2, theirs.returns, theirs.returns**2])


def _worth(means: Floats, n: int, risk_aversion: float, per_year: float) -> tuple[Floats, Floats]:
    """Certainty-equivalent gain and Sharpe ratio a year, of each row of `means`; cash earns nothing."""
    if n < 2:
        return np.full(len(means), np.nan), np.full(len(means), np.nan)
    variance = np.maximum(means[:, [1, 3]] - means[:, [0, 2]] ** 2, 0.0) * n / (n - 1)
    worth = per_year * (means[:, [0, 2]] - risk_aversion / 2 * variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = math.sqrt(per_year) * np.where(variance[:, 0] > 0, means[:, 0] / np.sqrt(variance[:, 0]), np.nan)
    return worth[:, 0] - worth[:, 1], ratio


def _intervals(
    ours: Portfolio, theirs: Portfolio, risk_aversion: float, per_year: float, draw: dict[str, float]
) -> tuple[float, float, float, float]:
    n = len(ours.returns)
    if n < 20:
        return math.nan, math.nan, math.nan, math.nan
    block = max(optimal_block_length(ours.returns), optimal_block_length(ours.returns - theirs.returns))
    means = bootstrapped_means(
        _moments(ours, theirs), block=block, replications=int(draw["replications"]), seed=int(draw["seed"])
    )
    tail = (1 - draw["level"]) / 2
    bounds = [np.nanquantile(each, [tail, 1 - tail]) for each in _worth(means, n, risk_aversion, per_year)]
    return float(bounds[0][0]), float(bounds[0][1]), float(bounds[1][0]), float(bounds[1][1])
