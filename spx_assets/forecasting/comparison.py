"""The best of several, judged as such: superior ability and model confidence set, with all that was tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spx_assets.forecasting.candidates import BENCHMARK
from spx_assets.forecasting.confidence_set import confidence_set_p_values
from spx_assets.forecasting.superior_ability import SuperiorAbility, superior_ability
from spx_assets.forecasting.trials import Trial, count_at

CONFIDENCE = 0.9


@dataclass(frozen=True)
class Comparison:
    """One horizon: Hansen's test over what is evaluated now, `p_value` for all tried, and who may be the best.

    `outcomes` are those that every model has a forecast of.
    """

    horizon: int
    outcomes: int
    evaluated: int
    tried: int
    ability: SuperiorAbility
    p_value: float
    confidence_p: dict[str, float]

    @property
    def confidence_set(self) -> tuple[str, ...]:
        """The models that hold the best one with 90 % probability."""
        return tuple(name for name, p in self.confidence_p.items() if not p < 1 - CONFIDENCE - 1e-12)

    @property
    def record(self) -> dict[str, object]:
        """The comparison for a model card."""
        return {
            "outcomes": self.outcomes,
            "evaluated": self.evaluated,
            "tried": self.tried,
            "superior_ability_best": self.ability.best,
            "superior_ability_p": self.ability.p_value,
            "superior_ability_p_lower": self.ability.p_lower,
            "superior_ability_p_upper": self.ability.p_upper,
            "superior_ability_undefined": self.ability.undefined,
            "superior_ability_p_of_all_tried": self.p_value,
            "confidence_set": list(self.confidence_set),
            "confidence_set_p": self.confidence_p,
        }


def comparison(evaluation: pd.DataFrame, horizon: int, trials: Sequence[Trial] = ()) -> Comparison:
    """Compare every model of the `walk_forward` table at one horizon, over the outcomes that all of them have.

    The test of superior ability takes the candidates of this table together. Forecasts tried earlier are not kept; with
    `tried` trials in all it is as if tried/evaluated such tables had been looked at, and `p_value` is the test's times
    that number: Bonferroni's bound.
    """
    rows = evaluation[evaluation["horizon"] == horizon]
    made = rows.pivot_table(index="origin", columns="model", values="forecast")[list(dict.fromkeys(rows["model"]))]
    known = rows.drop_duplicates("origin").set_index("origin").loc[made.index]
    rivals = made.drop(columns=BENCHMARK, errors="ignore")
    evaluated = rivals.shape[1]
    tried = max(count_at(trials, horizon), evaluated)
    realised = known["realised"].to_numpy()
    if evaluated:
        ability = superior_ability(realised, rivals, known["benchmark"].to_numpy(), horizon=horizon)
    else:
        nothing = float("nan")
        ability = SuperiorAbility(nothing, nothing, nothing, nothing, None, nothing, "nothing else was tried")
    p_values = confidence_set_p_values(realised, made, horizon=horizon)
    return Comparison(
        horizon,
        int((known["realised"].notna() & made.notna().all(axis=1)).sum()),
        evaluated,
        tried,
        ability,
        float(np.minimum(1.0, ability.p_value * tried / max(evaluated, 1))),
        {str(name): float(p) for name, p in p_values.items()},
    )
