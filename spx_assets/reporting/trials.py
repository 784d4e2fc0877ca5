"""How many forecasts were tried before the best one was shown: what a p-value of the best has to be read against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from spx_assets.reporting.labels import BENCHMARK


@dataclass(frozen=True)
class Trials:
    """The number of trials, and in words what was counted."""

    count: int
    counted: str
    by_horizon: Mapping[int, int] = field(default_factory=dict)


def trials(card: Mapping[str, Any], evaluation: pd.DataFrame) -> Trials:
    """The count the model card carries or, where it carries none, candidates times horizons of the evaluation."""
    recorded = card.get("trials")
    count = recorded.get("count") if isinstance(recorded, Mapping) else recorded
    if isinstance(count, int) and count > 0:
        at = recorded.get("by_horizon", {}) if isinstance(recorded, Mapping) else {}
        by_horizon = {int(horizon): int(number) for horizon, number in at.items()}
        return Trials(count, "as the model card counts them", by_horizon)
    tried = evaluation.loc[evaluation["model"] != BENCHMARK, ["model", "horizon"]].drop_duplicates()
    return Trials(len(tried), "candidates times horizons of this evaluation")
