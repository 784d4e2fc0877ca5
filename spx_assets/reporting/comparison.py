"""Many forecasts compared at once, as the model card has it: is the best more than luck, and which may be the best."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from spx_assets.reporting.absent import Absent
from spx_assets.reporting.card import entries_by_horizon, number_in

NOT_ON_CARD = "The model card carries no comparison of the candidates: whether the best is more than luck is not known."


@dataclass(frozen=True)
class Standing:
    """A model's p-value of belonging to the best, and whether the card's confidence set holds it."""

    model: str
    p_value: float
    within: bool


@dataclass(frozen=True)
class Comparison:
    """One horizon: Hansen's test of the best candidate with its bounds, and every model's standing.

    `best` has the largest statistic, in units of its own noise; `p_of_all_tried` counts earlier trials, too. Where
    `undefined` says why, there is no test. What a card does not say is None, NaN or empty.
    """

    horizon: int
    outcomes: int | None
    candidates: int
    tried: int
    best: str
    p_value: float
    p_lower: float
    p_upper: float
    p_of_all_tried: float
    undefined: str
    standings: tuple[Standing, ...]

    @property
    def survivors(self) -> tuple[str, ...]:
        """The models in the confidence set."""
        return tuple(one.model for one in self.standings if one.within)


def comparisons(card: Mapping[str, Any]) -> tuple[Comparison, ...] | Absent:
    """Superior predictive ability and model confidence set of each horizon of the card, by squared error."""
    rows = tuple(
        _comparison(horizon, entry["comparison"])
        for horizon, entry in entries_by_horizon(card).items()
        if entry.get("comparison")
    )
    if not rows:
        return Absent(NOT_ON_CARD)
    if not any(row.candidates for row in rows):
        return Absent("Only the historical mean was evaluated; there is nothing to compare.")
    return rows


def _comparison(horizon: int, record: Mapping[str, Any]) -> Comparison:
    within = record.get("confidence_set") or ()
    return Comparison(
        horizon,
        record.get("outcomes"),
        int(record["evaluated"]),
        int(record["tried"]),
        record.get("superior_ability_best") or "",
        number_in(record, "superior_ability_p"),
        number_in(record, "superior_ability_p_lower"),
        number_in(record, "superior_ability_p_upper"),
        number_in(record, "superior_ability_p_of_all_tried"),
        record.get("superior_ability_undefined") or "",
        tuple(
            Standing(name, math.nan if p is None else float(p), name in within)
            for name, p in (record.get("confidence_set_p") or {}).items()
        ),
    )
