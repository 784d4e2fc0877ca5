"""Skill that is too good to be true: the limit of each horizon, the candidates beyond it, and what a person accepted.

A candidate beyond its limit is set aside: it cannot be trained or deployed until a person accepts it, and every
surface says so. Whether it leaks, or was lucky in a short sample, is for that person to find out.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from spx_assets.errors import DataRefused
from spx_assets.forecasting.scores import known_rows, r2_out_of_sample
from spx_assets.forecasting.trials import Trial

# Out-of-sample R² of real index returns stays below 1 % a day and 2 % a month (Campbell and Thompson 2008; Rapach and
# Zhou 2013); the power of the horizon through both points serves the horizons between and beyond.
DAILY_LIMIT, MONTHLY_LIMIT, MONTH = 0.01, 0.02, 21


def largest_plausible_r2_os(horizon: int) -> float:
    """The largest out-of-sample R² that is believed without a person: 1 % at 1 session, 1.4 % at 5, 2 % at 21."""
    return float(DAILY_LIMIT * horizon ** (math.log(MONTHLY_LIMIT / DAILY_LIMIT) / math.log(MONTH)))


@dataclass(frozen=True)
class Acceptance:
    """A person's acceptance of a candidate that is too good to be true, and the evidence they saw.

    It is given for one trial: other features or settings make another candidate. It covers an out-of-sample R² up to
    one limit above the one they saw; beyond, the candidate is set aside again.
    """

    trial: Trial
    r2_os: float
    forecasts: int
    reason: str
    at: str

    def covers(self, trial: Trial, r2_os: float) -> bool:
        """Whether it holds for that trial with that score."""
        return trial == self.trial and r2_os <= self.r2_os + largest_plausible_r2_os(trial.horizon)


@dataclass(frozen=True)
class TooGood:
    """A candidate at one horizon whose score is beyond the limit, and whether a person accepted it."""

    trial: Trial
    r2_os: float
    forecasts: int
    accepted: Acceptance | None = None

    @property
    def words(self) -> str:
        """What it scored and what is plausible."""
        limit = largest_plausible_r2_os(self.trial.horizon)
        return (
            f"out-of-sample R² {100 * self.r2_os:+.2f} % over {self.forecasts:,} forecasts, "
            f"at most {100 * limit:.1f} % is plausible"
        )

    @property
    def statement(self) -> str:
        """The sentence for every surface."""
        trial = self.trial
        if self.accepted is not None:
            return f"{trial.candidate} is too good to be true ({self.words}) and was accepted: {self.accepted.reason}."
        return (
            f"{trial.candidate} is set aside as too good to be true ({self.words}): look for a leak, or accept it with "
            f"`spx accept {trial.candidate} --horizon {trial.horizon} --reason …`."
        )

    @property
    def record(self) -> dict[str, Any]:
        """For a model card."""
        limit = largest_plausible_r2_os(self.trial.horizon)
        accepted = None if self.accepted is None else {"reason": self.accepted.reason, "at": self.accepted.at}
        return {
            "r2_os": self.r2_os,
            "forecasts": self.forecasts,
            "limit": limit,
            "accepted": accepted,
            "statement": self.statement,
        }


def too_good(
    evaluation: pd.DataFrame, trials: Iterable[Trial], accepted: Sequence[Acceptance] = ()
) -> tuple[TooGood, ...]:
    """Every trial of this evaluation whose out-of-sample R² is beyond its limit, in the order of `trials`.

    `trials` are those of `trials_of(cleaned, evaluation)`. A score is one of the forecasts whose return is known.
    """
    found = []
    groups = dict(iter(evaluation.groupby(["horizon", "model"], sort=False)))
    for trial in trials:
        rows = groups.get((trial.horizon, trial.candidate))
        if rows is None:
            continue
        y, f, b = known_rows(rows["realised"], rows["forecast"], rows["benchmark"])
        r2_os = r2_out_of_sample(y, f, b) if len(y) else math.nan
        if r2_os > largest_plausible_r2_os(trial.horizon):
            covering = [each for each in accepted if each.covers(trial, r2_os)]
            found.append(TooGood(trial, float(r2_os), len(y), covering[-1] if covering else None))
    return tuple(found)


def set_aside_at(found: Iterable[TooGood], horizon: int) -> tuple[TooGood, ...]:
    """Those of one horizon that nobody accepted: they cannot serve."""
    return tuple(each for each in found if each.trial.horizon == horizon and each.accepted is None)


def acceptances_file(accepted: Sequence[Acceptance]) -> bytes:
    """The record of acceptances as a file, in the order in which they were given."""
    return json.dumps([asdict(each) for each in accepted], indent=1, ensure_ascii=False).encode()


def acceptances_from(data: bytes) -> tuple[Acceptance, ...]:
    """The acceptances in a file of `acceptances_file`; DataRefused when it is something else."""
    try:
        return tuple(_acceptance(each) for each in json.loads(data))
    except (KeyError, TypeError, ValueError) as error:
        raise DataRefused(
            "The record of accepted candidates cannot be read",
            evidence=f"{type(error).__name__}: {error}",
            way_out="Move accepted_candidates.json aside and accept again: `spx accept CANDIDATE --reason …`.",
        ) from error


def _acceptance(each: Mapping[str, Any]) -> Acceptance:
    trial = each["trial"]
    return Acceptance(
        trial=Trial(
            horizon=int(trial["horizon"]),
            candidate=str(trial["candidate"]),
            first_train=int(trial["first_train"]),
            refit_every=int(trial["refit_every"]),
            features=str(trial["features"]),
        ),
        r2_os=float(each["r2_os"]),
        forecasts=int(each["forecasts"]),
        reason=str(each["reason"]),
        at=str(each["at"]),
    )
