"""The trial ledger: every candidate × setting × horizon that was ever evaluated, each counted once.

What a p-value of the best, and a deflated Sharpe ratio, have to be read against. A penalty chosen inside the training
window is no trial of its own: hindsight had no part in it. New sessions are none either; another set of features is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from spx_assets.errors import DataRefused
from spx_assets.features import feature_names
from spx_assets.forecasting.candidates import BENCHMARK, REFIT_EVERY, candidate
from spx_assets.forecasting.truncation import first_training_rows, refuse_foreign

TRIALS_FILE = "trials.json"


@dataclass(frozen=True, order=True)
class Trial:
    """One candidate at one horizon, with the settings that shape its forecasts; `features` digests their names."""

    horizon: int
    candidate: str
    first_train: int
    refit_every: int
    features: str


Trials = tuple[Trial, ...]


def trials_of(
    cleaned: pd.DataFrame,
    evaluation: pd.DataFrame,
    *,
    candidates: Sequence[str] = (),
    refit_every: int = REFIT_EVERY,
) -> Trials:
    """The trials that an evaluation of `cleaned` was, in order; the benchmark is none."""
    features = hashlib.sha256(json.dumps(list(feature_names(cleaned))).encode()).hexdigest()[:12]
    names = tuple(dict.fromkeys(evaluation["model"]))
    refuse_foreign(names, candidates)
    found = []
    for _, rows in evaluation.groupby(["horizon", "model"], sort=False):
        horizon, name = int(rows["horizon"].iloc[0]), str(rows["model"].iloc[0])
        if name != BENCHMARK:
            step = candidate(name, refit_every=refit_every).refit_every
            found.append(Trial(horizon, name, first_training_rows(cleaned, rows, horizon), step, features))
    return merged(found)


def merged(*ledgers: Iterable[Trial]) -> Trials:
    """Every trial of the ledgers once, in order."""
    return tuple(sorted({trial for ledger in ledgers for trial in ledger}))


def count_at(trials: Sequence[Trial], horizon: int) -> int:
    """How many trials there were of one horizon."""
    return sum(trial.horizon == horizon for trial in trials)


def trials_record(trials: Sequence[Trial]) -> dict[str, Any]:
    """The ledger for a model card: how many, how many of each horizon, and each of them."""
    horizons = sorted({trial.horizon for trial in trials})
    return {
        "count": len(trials),
        "by_horizon": {str(horizon): count_at(trials, horizon) for horizon in horizons},
        "list": [asdict(trial) for trial in sorted(trials)],
    }


def trials_file(trials: Sequence[Trial]) -> bytes:
    """The ledger as the file beside an evaluation, byte-equal for equal ledgers."""
    return json.dumps(trials_record(trials), indent=1).encode()


def trials_from(record: Mapping[str, Any] | bytes) -> Trials:
    """The ledger in a record or a file of `trials_file`; DataRefused when it is something else."""
    try:
        content = json.loads(record) if isinstance(record, bytes) else record
        return merged(_trial(each) for each in content["list"])
    except (KeyError, TypeError, ValueError) as error:
        raise DataRefused("A ledger of trials cannot be read", evidence=f"{type(error).__name__}: {error}") from error


def _trial(each: Mapping[str, Any]) -> Trial:
    return Trial(
        horizon=int(each["horizon"]),
        candidate=str(each["candidate"]),
        first_train=int(each["first_train"]),
        refit_every=int(each["refit_every"]),
        features=str(each["features"]),
    )
