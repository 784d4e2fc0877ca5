"""Size and power of every test, by simulation: how often each rejects at 5 % where there is nothing, and something.

One table. Size is the share of rejections on series without skill and should lie between 3 and 8 %; power is that on
series with the skill named; a 90 % set holds what it should in 90 %. 500 series of each kind, or `--series N`.
Deterministic. The suite runs the same designs on fewer series. Beside our SPA stands that of `arch`, which does not
studentise.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LinearRegression

from spx_assets import forecasting
from spx_assets.forecasting import walk_forward

Floats = npt.NDArray[np.float64]
SERIES = 500
SIZE, POWER, HOLDS, BOUND = "size", "power", "holds", "≤ 5 %"
REPLICATIONS = 500
RIVALS = 20


@dataclass(frozen=True)
class Design:
    """A test on simulated series: its name, what it ought to do, how they are made, and one series' verdict."""

    test: str
    kind: str
    series: str
    verdict: Callable[[np.random.Generator], bool]


def overlapping(one: Floats, horizon: int) -> Floats:
    """Sums over the `horizon` values that follow each row, for as long as there are that many."""
    sums = np.concatenate(([0.0], np.cumsum(one)))
    return np.asarray(sums[horizon:] - sums[:-horizon])


def autoregressive(random: np.random.Generator, rows: int, columns: int, memory: float) -> Floats:
    """Standard normal columns, each remembering that share of its last value."""
    shocks = random.standard_normal((rows, columns))
    values = shocks.copy()
    for t in range(1, rows):
        values[t] = memory * values[t - 1] + np.sqrt(1 - memory**2) * shocks[t]
    return values


def clark_west(
    random: np.random.Generator,
    *,
    r2: float = 0.0,
    horizon: int = 1,
    rows: int = 1000,
    predictors: int = 5,
    memory: float = 0.0,
    first_train: int = 250,
    window: int | None = 250,
) -> bool:
    """Least squares on predictors of which the first explains `r2` of the next return, against the historical mean."""
    X = autoregressive(random, rows, predictors, memory)
    one = np.sqrt(r2) * X[:, 0] + np.sqrt(1 - r2) * random.standard_normal(rows)
    y = np.full(rows, np.nan)
    y[: rows + 1 - horizon] = overlapping(one, horizon)
    made = walk_forward(X, y, LinearRegression(), first_train=first_train, horizon=horizon, window=window)
    test = forecasting.clark_west(y[made.index], made["forecast"], made["benchmark"], horizon=horizon)
    return test.p_value < 0.05


def diebold_mariano(random: np.random.Generator, *, horizon: int = 1, shrink: float = 1.0, rows: int = 700) -> bool:
    """Two forecasts of pure noise, equally bad unless one of them is shrunk."""
    y, f, b = (overlapping(random.standard_normal(rows + horizon - 1), horizon) for _ in range(3))
    return forecasting.diebold_mariano(y, 0.5 * shrink * f, 0.5 * b, horizon=horizon).p_value < 0.05


def pesaran_timmermann(random: np.random.Generator, *, r2: float = 0.0, horizon: int = 1, rows: int = 700) -> bool:
    """A persistent forecast (memory 0.9) that explains `r2` of the outcome."""
    f = autoregressive(random, rows, 1, 0.9)[:, 0]
    noise = overlapping(random.standard_normal(rows + horizon - 1), horizon) / np.sqrt(horizon)
    y = np.sqrt(r2) * f + np.sqrt(1 - r2) * noise
    return forecasting.pesaran_timmermann(y, f, horizon=horizon).p_value < 0.05


def rivals(random: np.random.Generator, pull: float, rows: int = 500) -> tuple[Floats, Floats, Floats]:
    """Outcome, 20 forecasts and benchmark: all noise of one size, the first instead the benchmark, pulled to the truth.

    The better one gains a little, but steadily: a t of about 4 by itself. The others are as good as the benchmark
    on average and far noisier against it.
    """
    y, b = random.standard_normal((2, rows))
    f = random.standard_normal((rows, RIVALS))
    if pull:
        f[:, 0] = b + pull * (y - b) + 0.2 * random.standard_normal(rows)
    return y, f, b


def superior_ability(random: np.random.Generator, *, pull: float = 0.0, theirs: bool = False) -> bool:
    """Hansen's test on `rivals`; with `theirs` that of arch as it comes."""
    y, f, b = rivals(random, pull)
    if not theirs:
        return forecasting.superior_predictive_ability(y, f, b, replications=REPLICATIONS) < 0.05
    from arch.bootstrap import SPA  # noqa: PLC0415 - a second to import

    spa = SPA((y - b) ** 2, (y[:, None] - f) ** 2, block_size=2, reps=REPLICATIONS, studentize=True, seed=0)
    spa.compute()
    return bool(spa.pvalues["consistent"] < 0.05)


def confidence_set(random: np.random.Generator, *, worse: float = 0.0, all_equal: bool = False) -> bool:
    """Whether the 90 % set of five noises holds the best; or all of them where they are equally good."""
    y = random.standard_normal(500)
    f = random.standard_normal((500, 5)) * 0.5
    f[:, 1:] += worse * random.standard_normal((500, 1))
    kept = forecasting.model_confidence_set(y, f, replications=REPLICATIONS)
    return len(kept) == 5 if all_equal else 0 in kept


def coverage(random: np.random.Generator, *, test: str, missed: float = 0.1, follows: float | None = None) -> bool:
    """Outcomes outside a 90 % interval with probability `missed`, or `follows` after another outside."""
    after = missed if follows is None else follows
    # The chain whose long-run share of misses is `missed`.
    first = missed * (1 - after) / (1 - missed)
    draws = random.random(1000)
    outside = np.zeros(1000, dtype=bool)
    for t in range(1000):
        outside[t] = draws[t] < (after if t and outside[t - 1] else first)
    found = {
        "kupiec": lambda: forecasting.kupiec(~outside, level=0.9),
        "independence": lambda: forecasting.christoffersen_independence(~outside),
        "christoffersen": lambda: forecasting.christoffersen(~outside, level=0.9),
    }[test]()
    return found.p_value < 0.05


def overlapping_coverage(random: np.random.Generator, *, horizon: int, rows: int = 3000) -> bool:
    """A right 90 % interval for sums over `horizon` sessions, judged jointly; each test has one row in `horizon`."""
    y = overlapping(random.standard_normal(rows), horizon) / np.sqrt(horizon)
    half = np.full(len(y), 1.6448536269514722)
    found = forecasting.interval_coverage(y, -half, half, level=0.9, horizon=horizon)
    return found.christoffersen.p_value < 0.05


def deflated_sharpe(random: np.random.Generator, *, trials: int = RIVALS, sharpe: float = 0.0) -> bool:
    """The best of that many strategies over 1,000 days, one of them with that Sharpe ratio a year, is believed."""
    returns = random.standard_normal((1000, trials))
    returns[:, 0] += sharpe / np.sqrt(252)
    best = returns[:, (returns.mean(axis=0) / returns.std(axis=0)).argmax()]
    return forecasting.deflated_sharpe_ratio(best, trials=trials) > 0.95


SHIPPED = {"rows": 1190, "predictors": 20, "memory": 0.9, "first_train": 504, "window": None}

DESIGNS = (
    *(
        Design("Clark–West", SIZE, f"h={h}, rolling 250, 5 predictors", partial(clark_west, horizon=h))
        for h in (1, 5, 21)
    ),
    *(
        Design(
            "Clark–West", SIZE, f"h={h}, growing 504–1,190, 20 predictors", partial(clark_west, horizon=h, **SHIPPED)
        )
        for h in (1, 5, 21)
    ),
    # Conservative here, as Clark and West (2007) found: the normal is only a bound for one predictor and a long test.
    Design(
        "Clark–West",
        BOUND,
        "h=1, growing 150–500, 1 predictor",
        partial(clark_west, rows=500, predictors=1, first_train=150, window=None),
    ),
    Design(
        "Clark–West",
        POWER,
        "R² 2 %, growing 250–1,000, 1 predictor",
        partial(clark_west, r2=0.02, predictors=1, window=None),
    ),
    Design("Clark–West", POWER, "R² 2 %, growing 250–1,000, 5 predictors", partial(clark_west, r2=0.02, window=None)),
    *(Design("Diebold–Mariano", SIZE, f"h={h}, two noises", partial(diebold_mariano, horizon=h)) for h in (1, 5, 21)),
    Design("Diebold–Mariano", POWER, "one noise half as large", partial(diebold_mariano, shrink=0.5)),
    *(
        Design("Pesaran–Timmermann", SIZE, f"h={h}, persistent forecast", partial(pesaran_timmermann, horizon=h))
        for h in (1, 5, 21)
    ),
    Design("Pesaran–Timmermann", POWER, "R² 2 %", partial(pesaran_timmermann, r2=0.02)),
    Design("SPA", SIZE, "20 rivals as good as the benchmark", superior_ability),
    Design("SPA", POWER, "one better among 20", partial(superior_ability, pull=0.035)),
    Design("SPA of arch", POWER, "one better among 20", partial(superior_ability, pull=0.035, theirs=True)),
    Design("model confidence set", HOLDS, "5 equally good, all kept", partial(confidence_set, all_equal=True)),
    Design("model confidence set", HOLDS, "1 better of 5, kept", partial(confidence_set, worse=0.3)),
    Design("Kupiec", SIZE, "covers 90 %", partial(coverage, test="kupiec")),
    Design("Kupiec", POWER, "covers 86 %", partial(coverage, test="kupiec", missed=0.14)),
    Design("Christoffersen", SIZE, "independence, covers 90 %", partial(coverage, test="independence")),
    Design("Christoffersen", POWER, "independence, misses repeat", partial(coverage, test="independence", follows=0.2)),
    Design("Christoffersen", SIZE, "conditional, covers 90 %", partial(coverage, test="christoffersen")),
    Design("Christoffersen", SIZE, "conditional, h=5, 3,000 rows", partial(overlapping_coverage, horizon=5)),
    Design("Christoffersen", SIZE, "conditional, h=21, 3,000 rows", partial(overlapping_coverage, horizon=21)),
    Design("deflated Sharpe", BOUND, "best of 20 without skill", deflated_sharpe),
    Design("deflated Sharpe", POWER, "one of 20 with Sharpe 2", partial(deflated_sharpe, sharpe=2.0)),
)


def share(design: Design, series: int) -> float:
    """Share of that many simulated series on which the verdict is yes."""
    return float(np.mean([design.verdict(np.random.default_rng(seed)) for seed in range(series)]))


def main() -> None:
    """Print the table."""
    series = int(sys.argv[sys.argv.index("--series") + 1]) if "--series" in sys.argv else SERIES
    print(f"{'test':22} {'':6} {'series':42} {'share of ' + str(series):>12} {'CPU s':>6}")
    for design in DESIGNS:
        start = time.process_time()
        found = share(design, series)
        spent = time.process_time() - start
        print(f"{design.test:22} {design.kind:6} {design.series:42} {100 * found:10.1f} % {spent:6.1f}", flush=True)


if __name__ == "__main__":
    main()
