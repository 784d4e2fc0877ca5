"""The proof that no forecast saw its future: forecast again from data cut off, and find the same numbers.

The cut removes every later session and every outcome that was not known at the cut, then evaluates anew. A
scaler fitted outside its window, a missing purge or a penalty chosen in hindsight shows as a difference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spx_assets.errors import DataRefused, UsageError
from spx_assets.features import target_name
from spx_assets.forecasting.candidates import REFIT_EVERY
from spx_assets.forecasting.evaluate import evaluate
from spx_assets.forecasting.import_path import is_import_path

Evaluate = Callable[[pd.DataFrame, Sequence[int]], pd.DataFrame]

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


def evaluation_rules(
    cleaned: pd.DataFrame,
    evaluation: pd.DataFrame,
    *,
    candidates: Sequence[str] = (),
    refit_every: int = REFIT_EVERY,
) -> Evaluate:
    """The function that made `evaluation`: same candidates, levels and first training window, any data.

    A stored table is not believed in what to import: import paths must be among `candidates`, those of the settings.
    """
    if evaluation.empty:
        raise DataRefused("The evaluation holds no forecast", way_out="Evaluate again: `spx evaluate`.")
    shortest = evaluation["horizon"].min()
    first_train = first_training_rows(cleaned, evaluation[evaluation["horizon"] == shortest], int(shortest))
    names = tuple(dict.fromkeys(evaluation["model"]))
    refuse_foreign(names, candidates)
    levels = [float(name.removeprefix("lower_")) / 100 for name in map(str, evaluation) if name.startswith("lower_")]

    def again(cleaned: pd.DataFrame, horizons: Sequence[int]) -> pd.DataFrame:
        return evaluate(
            cleaned,
            horizons=horizons,
            candidates=names,
            first_train=first_train,
            refit_every=refit_every,
            levels=levels,
        )

    return again


def refuse_foreign(names: Sequence[str], candidates: Sequence[str]) -> None:
    """UsageError when a name is an import path that is not among the candidates of the settings."""
    foreign = [name for name in names if is_import_path(name) and name not in candidates]
    if foreign:
        raise UsageError(
            "The evaluation holds a regressor that the settings do not name",
            evidence=foreign[0][:120],
            way_out="Evaluate again, or name it in SPX_CANDIDATES.",
        )


def prediction_truncation(
    cleaned: pd.DataFrame, evaluation: pd.DataFrame, *, evaluator: Evaluate, shares: Sequence[float] = CUTS
) -> Truncation:
    """Evaluate again as if the data ended at each cut, and compare with the evaluation on all data.

    Besides the cuts at `shares`, each horizon is cut at its first origin: every candidate is fitted there, however
    seldom it is refitted, and outcomes that it should not have known are missing.
    """
    first = evaluation.groupby("horizon")["origin"].min()
    horizons = [int(horizon) for horizon in first.index]
    begins = dict(zip(horizons, np.searchsorted(cleaned["session"].to_numpy(), first.to_numpy()), strict=True))
    latest = max(begins.values())
    cuts = [(int(row), [horizon]) for horizon, row in begins.items()]
    cuts += [(int(latest + int(share * (len(cleaned) - 1 - latest))), horizons) for share in shares]
    dates, count, largest, where = [], 0, 0.0, "nowhere"
    for row, asked in cuts:
        known = known_at(cleaned, row, asked)
        change = changes(evaluator(known, asked), evaluation)
        dates.append(pd.Timestamp(known["session"].iloc[-1]).date().isoformat())
        count += len(change)
        if not change.max() <= largest:
            largest, where = float(change.max()), place(change)
    return Truncation(tuple(dates), count, largest, where)


def require_reproduced(cleaned: pd.DataFrame, evaluation: pd.DataFrame, evaluate: Evaluate) -> None:
    """DataRefused when `evaluate` makes other forecasts of all the data than are given: that shows no leak."""
    change = changes(evaluate(cleaned, sorted({int(horizon) for horizon in evaluation["horizon"]})), evaluation)
    if not change.max() <= TOLERANCE:
        raise DataRefused(
            "The evaluation was not made of this cleaned_data",
            evidence=f"made again, {place(change)}, differs by {change.max():.1e} of its scale",
            way_out="Evaluate again on it: `spx evaluate`. pandas' read_csv keeps the last digits of a table only with "
            "float_precision='round_trip'; a regressor that forecasts otherwise each time remembers what it saw.",
        )


def changes(again: pd.DataFrame, evaluation: pd.DataFrame) -> pd.Series:
    """Per row of `again`, its largest difference from `evaluation` in units of the scale known there.

    A number that came or went, and a row that is not in `evaluation`, differ infinitely.
    """
    keys = ["horizon", "model", "origin"]
    numbers = [name for name in evaluation.columns if name not in {*keys, "realised"}]
    made = again.set_index(keys)[numbers]
    before = evaluation.set_index(keys)[numbers].reindex(made.index)
    difference = made.sub(before).abs().div(before["scale"], axis=0)
    return difference.mask(made.isna() & before.isna(), 0.0).fillna(np.inf).max(axis=1)


def place(change: pd.Series) -> str:
    """Model, horizon and origin of the largest change."""
    horizon, model, origin = change.index[int(change.argmax())]
    return f"{model}, {horizon} sessions ahead, {pd.Timestamp(origin).date()}"


def known_at(cleaned: pd.DataFrame, row: int, horizons: Sequence[int]) -> pd.DataFrame:
    """The rows up to `row`, with the outcomes that its session did not know yet missing."""
    known = cleaned.iloc[: row + 1].copy()
    for horizon in horizons:
        known.loc[known.index[max(row + 1 - horizon, 0) :], target_name(horizon)] = np.nan
    return known


def first_training_rows(cleaned: pd.DataFrame, rows: pd.DataFrame, horizon: int) -> int:
    """The `first_train` that the forecasts of one horizon were made with, read off their first origin."""
    origins = rows["origin"].to_numpy()
    sessions = cleaned["session"].to_numpy()
    if not len(origins) or origins[-1] != sessions[-1] or origins[0] not in sessions:
        raise DataRefused(
            f"The evaluation {horizon} sessions ahead is not of this cleaned_data",
            evidence=f"it has {len(origins)} origins; the last session is {pd.Timestamp(sessions[-1]).date()}",
            way_out="Evaluate again on the same cleaned_data.",
        )
    return int(np.searchsorted(sessions, origins[0])) - horizon + 1
