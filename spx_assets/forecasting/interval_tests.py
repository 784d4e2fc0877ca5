"""Whether prediction intervals hold what they promise, and how useful they are.

Coverage is judged by likelihood ratios against its nominal level and against clustering of misses; sharpness
and coverage together by proper scores. Rows with a NaN are left out; undefined tests give NaN and say why.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, xlogy

from spx_assets.errors import UsageError
from spx_assets.forecasting.panel import Flags
from spx_assets.forecasting.scores import known_rows
from spx_assets.forecasting.tests_of_skill import TestResult

HIGHEST_P = 0.99


@dataclass(frozen=True)
class IntervalCoverage:
    """Share of outcomes inside, against the nominal `level`, with the three likelihood-ratio tests."""

    level: float
    n: int
    coverage: float
    kupiec: TestResult
    independence: TestResult
    christoffersen: TestResult


def interval_coverage(
    realised: npt.ArrayLike, lower: npt.ArrayLike, upper: npt.ArrayLike, *, level: float, horizon: int = 1
) -> IntervalCoverage:
    """Coverage, bounds included, and the tests `kupiec`, `christoffersen_independence` and `christoffersen`."""
    inside = _inside(realised, lower, upper)
    rules = {"level": level, "horizon": horizon}
    return IntervalCoverage(
        level,
        len(inside),
        float(inside.mean()) if len(inside) else math.nan,
        kupiec(inside, **rules),  # type: ignore[arg-type]  # a float and an int
        christoffersen_independence(inside, horizon=horizon),
        christoffersen(inside, **rules),  # type: ignore[arg-type]  # same as above
    )


def kupiec(inside: npt.ArrayLike, *, level: float, horizon: int = 1) -> TestResult:
    """Kupiec's (1995, Journal of Derivatives 3) test that the share of outcomes inside is `level`.

    LR = −2 [x ln(1 − level) + (n − x) ln(level) − x ln(x/n) − (n − x) ln(1 − x/n)] for x outcomes outside;
    χ² with one degree of freedom. For horizons beyond 1 see `christoffersen`.
    """
    share = _level(level)
    return _over_interleaved(np.asarray(inside, dtype=bool), horizon, lambda hits: _unconditional(hits, share), 1)


def christoffersen_independence(inside: npt.ArrayLike, *, horizon: int = 1) -> TestResult:
    """Christoffersen's (1998, International Economic Review 39) test that misses do not follow misses.

    The likelihood of one probability of a miss against that of a first-order Markov chain; χ² with one degree
    of freedom. Undefined when all outcomes are inside, or all outside.
    """
    return _over_interleaved(np.asarray(inside, dtype=bool), horizon, _independence, 1)


def christoffersen(inside: npt.ArrayLike, *, level: float, horizon: int = 1) -> TestResult:
    """Christoffersen's (1998) test of conditional coverage: right in share and independent, at once.

    The sum of both ratios given the first outcome; χ² with two degrees of freedom. Outcomes over `horizon`
    sessions overlap, and so do their misses, whatever the forecast: each test is then made on the `horizon`
    series of every `horizon`-th outcome (Diebold, Gunther and Tay 1998, International Economic Review 39)
    and their p-values are combined by mean tan((½ − p)π), which holds its size however dependent they are
    (Liu and Xie 2020, JASA 115). The statistic is then the largest of the ratios.
    """
    share = _level(level)

    def conditional(hits: Flags) -> float:
        return _unconditional(hits[1:], share) + _independence(hits)

    return _over_interleaved(np.asarray(inside, dtype=bool), horizon, conditional, 2)


def winkler_score(realised: npt.ArrayLike, lower: npt.ArrayLike, upper: npt.ArrayLike, *, level: float) -> float:
    """Mean width plus 2/(1 − level) times the distance by which outcomes lie outside; smaller is better.

    Winkler (1972, JASA 67); proper for the central interval (Gneiting and Raftery 2007, JASA 102, eq. 43).
    """
    y, low, high = known_rows(realised, lower, upper)
    outside = np.maximum(low - y, 0) + np.maximum(y - high, 0)
    return float(np.mean(high - low + 2 / (1 - _level(level)) * outside)) if len(y) else math.nan


def pinball_loss(realised: npt.ArrayLike, quantile_forecast: npt.ArrayLike, *, quantile: float) -> float:
    """Mean of (quantile − 1{y < q})·(y − q), least for the true quantile; smaller is better.

    Koenker and Bassett (1978, Econometrica 46); proper (Gneiting and Raftery 2007, section 6.1).
    """
    y, q = known_rows(realised, quantile_forecast)
    return float(np.mean((_level(quantile) - (y < q)) * (y - q))) if len(y) else math.nan


def _inside(realised: npt.ArrayLike, lower: npt.ArrayLike, upper: npt.ArrayLike) -> Flags:
    y, low, high = known_rows(realised, lower, upper)
    return np.asarray((low <= y) & (y <= high))


def _level(level: float) -> float:
    if not 0 < level < 1:
        raise UsageError("A level lies between 0 and 1", evidence=repr(level))
    return level


def _unconditional(hits: Flags, level: float) -> float:
    n, x = len(hits), int(np.sum(~hits))
    if n == 0:
        return math.nan
    nominal = xlogy(x, 1 - level) + xlogy(n - x, level)
    return 2 * float(xlogy(x, x / n) + xlogy(n - x, 1 - x / n) - nominal)


def _independence(hits: Flags) -> float:
    if len(hits) < 2 or hits.all() or not hits.any():
        return math.nan
    before, after = ~hits[:-1], ~hits[1:]
    missed = after.mean()
    restricted = xlogy(after.sum(), missed) + xlogy((~after).sum(), 1 - missed)
    free = 0.0
    for state in (before, ~before):
        n, x = int(state.sum()), int((state & after).sum())
        if n:
            free += float(xlogy(x, x / n) + xlogy(n - x, 1 - x / n))
    return 2 * (free - float(restricted))


def _over_interleaved(hits: Flags, horizon: int, ratio: Callable[[Flags], float], freedom: int) -> TestResult:
    """The ratio's test on every `horizon`-th outcome, for each start, combined into one p-value."""
    if horizon < 1:
        raise UsageError("horizon is not a whole number of at least 1", evidence=repr(horizon))
    ratios = [ratio(hits[start::horizon]) for start in range(horizon)]
    defined = [max(value, 0.0) for value in ratios if not math.isnan(value)]
    if not defined:
        why = "there is no outcome" if len(hits) == 0 else "outcomes are never, or always, outside"
        return TestResult(math.nan, math.nan, why)
    p_values = chdtrc(freedom, np.array(defined))
    if len(defined) == 1:
        return TestResult(defined[0], float(p_values[0]))
    # A p-value of 1 would outweigh every other.
    combined = np.mean(np.tan((0.5 - np.minimum(p_values, HIGHEST_P)) * math.pi))
    return TestResult(max(defined), float(0.5 - np.arctan(combined) / math.pi))
