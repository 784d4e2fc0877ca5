"""Many forecasts compared at once: is the best of them more than luck, and which cannot be told from the best."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from spx_assets.forecasting.confidence_set import confidence_set_p_values
from spx_assets.forecasting.superior_ability import superior_ability
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.labels import BENCHMARK
from spx_assets.reporting.out_of_sample import NO_FORECASTS, horizons

LEVEL = 0.9


@dataclass(frozen=True)
class Standing:
    """A model's p-value of belonging to the best, and whether the confidence set of `LEVEL` holds it."""

    model: str
    p_value: float
    within: bool


@dataclass(frozen=True)
class Comparison:
    """One horizon: Hansen's test of the best candidate with its bounds, and every model's standing.

    `best` has the largest statistic, in units of its own noise; where `undefined` says why, there is no test.
    """

    horizon: int
    outcomes: int
    candidates: int
    best: str
    p_value: float
    p_lower: float
    p_upper: float
    undefined: str
    standings: tuple[Standing, ...]

    @property
    def survivors(self) -> tuple[str, ...]:
        """The models in the confidence set."""
        return tuple(one.model for one in self.standings if one.within)


def comparisons(evaluation: pd.DataFrame) -> tuple[Comparison, ...] | Absent:
    """Superior predictive ability and model confidence set of each horizon, by squared error."""
    names = [name for name in evaluation["model"].unique() if name != BENCHMARK]
    known = horizons(evaluation)
    if not known:
        return Absent(NO_FORECASTS)
    if not names:
        return Absent("Only the historical mean was evaluated; there is nothing to compare.")
    return tuple(_comparison(evaluation, horizon) for horizon in known)


def _comparison(evaluation: pd.DataFrame, horizon: int) -> Comparison:
    rows = evaluation[(evaluation["horizon"] == horizon) & evaluation["realised"].notna()]
    order = list(rows["model"].unique())
    made = rows.pivot_table(index="origin", columns="model", values="forecast")[order].dropna()
    outcome = rows[rows["model"] == order[0]].set_index("origin").loc[made.index]
    candidates = made.drop(columns=BENCHMARK, errors="ignore")
    ability = superior_ability(outcome["realised"], candidates, outcome["benchmark"], horizon=horizon)
    p_values = confidence_set_p_values(outcome["realised"], made, horizon=horizon)
    standings = tuple(
        Standing(str(name), float(p), math.isnan(p) or p >= 1 - LEVEL - 1e-12) for name, p in p_values.items()
    )
    return Comparison(
        horizon,
        len(made),
        candidates.shape[1],
        "" if ability.best is None else str(ability.best),
        ability.p_value,
        ability.p_lower,
        ability.p_upper,
        ability.undefined,
        standings,
    )
