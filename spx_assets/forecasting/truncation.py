"""The proof that no forecast saw its future: forecast again from data cut off, and find the same numbers.

The cut removes every later session and every outcome that was not known at the cut, then evaluates anew. A
scaler fitted outside its window, a missing purge or a penalty chosen in hindsight shows as a difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spx_assets.features import target_name
from spx_assets.forecasting.evaluate import evaluate

CUTS = (0.4, 0.9)  # shares of the forecast origins that are kept
TOLERANCE = 1e-10  # of the scale: another chunk of rows rounds its sums differently


@dataclass(frozen=True)
class Truncation:
    """How many forecasts were made again, at which cuts, and the largest change in units of their scale."""

    cuts: tuple[str, ...]
    forecasts: int
    largest_change: float
    where: str

    @property
    def passed(self) -> bool:
        """Whether every forecast, benchmark and bound stayed the same."""
        return self.largest_change <= TOLERANCE


def prediction_truncation(
    cleaned: pd.DataFrame, evaluation: pd.DataFrame, *, first_train: int, shares: Sequence[float] = CUTS
) -> Truncation:
    """Evaluate again as if the data ended at each cut, and compare with the evaluation on all data."""
    horizons = sorted(int(horizon) for horizon in evaluation["horizon"].unique())
    candidates = tuple(dict.fromkeys(evaluation["model"]))
    numbers = [name for name in evaluation.columns if name not in {"model", "horizon", "origin", "realised"}]
    levels = [float(name.removeprefix("lower_")) / 100 for name in numbers if name.startswith("lower_")]
    full = evaluation.set_index(["horizon", "model", "origin"])
    first = first_train + max(horizons) - 1
    dates, compared, largest, where = [], 0, 0.0, "nowhere"
    for share in shares:
        cut = first + int(share * (len(cleaned) - 1 - first))
        known = known_at(cleaned, cut, horizons)
        again = evaluate(
            known, horizons=horizons, candidates=candidates, first_train=first_train, levels=levels
        ).set_index(["horizon", "model", "origin"])
        before = full.loc[again.index]
        change = _change(again[numbers], before[numbers], before["scale"])
        dates.append(pd.Timestamp(known["session"].iloc[-1]).date().isoformat())
        compared += len(again)
        if not change.max() <= largest:
            largest = float(change.max())
            horizon, model, origin = change.index[int(change.argmax())]
            where = f"{model}, {horizon} sessions ahead, {pd.Timestamp(origin).date()}"
    return Truncation(tuple(dates), compared, largest, where)


def known_at(cleaned: pd.DataFrame, row: int, horizons: Sequence[int]) -> pd.DataFrame:
    """The rows up to `row`, with the outcomes that its session did not know yet missing."""
    known = cleaned.iloc[: row + 1].copy()
    for horizon in horizons:
        known.loc[known.index[max(row + 1 - horizon, 0) :], target_name(horizon)] = np.nan
    return known


def _change(again: pd.DataFrame, before: pd.DataFrame, scale: pd.Series) -> pd.Series:
    """Largest difference of each row in units of its scale; a number that came or went is infinite."""
    difference = again.sub(before).abs().div(scale, axis=0)
    return difference.mask(again.isna() & before.isna(), 0.0).fillna(np.inf).max(axis=1)
