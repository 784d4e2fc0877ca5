"""What forecasts are worth to an investor who acts on them, net of costs, with intervals.

A mean–variance investor splits wealth between the index and cash at each origin. All returns here are simple.
"""

from __future__ import annotations

import math
import warnings
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
FEWEST_PERIODS = 20  # fewer returns say nothing about their own spread


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
    held = [_held(rows, float(cost), risk_aversion, bounds) for _, rows in groups for cost in costs_bp]
    draw = {"level": level, "replications": replications, "seed": seed}
    return pd.DataFrame(
        [
            _value(one, risk_aversion, tried, interval)
            for one, interval in zip(held, _intervals(held, risk_aversion, draw), strict=True)
        ]
    )


@dataclass(frozen=True, eq=False)
class _Held:
    """What one model's portfolio and the historical mean's returned at one cost."""

    horizon: int
    model: str
    cost_bp: float
    ours: Portfolio
    theirs: Portfolio

    @property
    def per_year(self) -> float:
        """Periods a year."""
        return SESSIONS_PER_YEAR / self.horizon

    @property
    def moments(self) -> Floats:
        """First and second powers, from whose means the certainty equivalents and the Sharpe ratio follow."""
        ours, theirs = self.ours.returns, self.theirs.returns
        return np.column_stack([ours, ours**2, theirs, theirs**2])


def _held(rows: pd.DataFrame, cost_bp: float, risk_aversion: float, bounds: tuple[float, float]) -> _Held:
    horizon = int(rows["horizon"].iloc[0])
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
    return _Held(horizon, str(rows["model"].iloc[0]), cost_bp, ours, theirs)


def _value(one: _Held, risk_aversion: float, trials: int, interval: Floats) -> dict[str, object]:
    n = len(one.ours.returns)
    gain, ratio = _worth(one.moments.mean(axis=0, keepdims=True), n, risk_aversion, one.per_year)
    return {
        "horizon": one.horizon,
        "model": one.model,
        "cost_bp": one.cost_bp,
        "periods": n,
        "ce_gain": float(gain[0]),
        "ce_gain_lower": float(interval[0]),
        "ce_gain_upper": float(interval[1]),
        "sharpe": float(ratio[0]),
        "sharpe_lower": float(interval[2]),
        "sharpe_upper": float(interval[3]),
        "sharpe_benchmark": sharpe_ratio(one.theirs.excess, periods_per_year=one.per_year),
        "deflated_sharpe": deflated_sharpe_ratio(one.ours.excess, trials=trials),
        "turnover": float(one.per_year * one.ours.turnover.mean()) if n else math.nan,
    }


def _worth(means: Floats, n: int, risk_aversion: float, per_year: float) -> tuple[Floats, Floats]:
    """Certainty-equivalent gain and Sharpe ratio a year, of each row of `means`; cash earns nothing."""
    if n < 2:
        return np.full(len(means), np.nan), np.full(len(means), np.nan)
    variance = np.maximum(means[:, [1, 3]] - means[:, [0, 2]] ** 2, 0.0) * n / (n - 1)
    worth = per_year * (means[:, [0, 2]] - risk_aversion / 2 * variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = math.sqrt(per_year) * np.where(variance[:, 0] > 0, means[:, 0] / np.sqrt(variance[:, 0]), np.nan)
    return worth[:, 0] - worth[:, 1], ratio


def _intervals(held: list[_Held], risk_aversion: float, draw: dict[str, float]) -> list[Floats]:
    """Bounds of gain and Sharpe ratio of each; portfolios over the same periods are resampled together."""
    bounds = [np.full(4, np.nan) for _ in held]
    alike: dict[tuple[int, int], list[int]] = {}
    for position, one in enumerate(held):
        alike.setdefault((one.horizon, len(one.ours.returns)), []).append(position)
    for (_, n), positions in alike.items():
        if n < FEWEST_PERIODS:
            continue
        series = [(held[i].ours.returns, held[i].ours.returns - held[i].theirs.returns) for i in positions]
        means = bootstrapped_means(
            np.column_stack([held[i].moments for i in positions]),
            block=max(optimal_block_length(each) for pair in series for each in pair),
            replications=int(draw["replications"]),
            seed=int(draw["seed"]),
        )
        tail = (1 - draw["level"]) / 2
        for place, position in enumerate(positions):
            worth = _worth(means[:, 4 * place : 4 * place + 4], n, risk_aversion, held[position].per_year)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", RuntimeWarning)  # a portfolio that never varies has no ratio at all
                bounds[position] = np.concatenate([np.nanquantile(each, [tail, 1 - tail]) for each in worth])
    return bounds
