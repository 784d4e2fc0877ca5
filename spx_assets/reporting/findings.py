"""Everything the report says, as frozen values: what every figure, table and sentence is drawn from.

`findings` turns tables into values and is tolerant of what is absent; nothing here draws or writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from spx_assets.forecasting.trained_model import FittedModel
from spx_assets.reporting import calibration as intervals
from spx_assets.reporting import explanation
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.calibration import Calibration, RollingCoverage
from spx_assets.reporting.card import Card, read_card, skill_verdicts
from spx_assets.reporting.comparison import Comparison, comparisons
from spx_assets.reporting.completeness import FeatureGap, completeness
from spx_assets.reporting.coverage import SeriesCoverage, data_coverage
from spx_assets.reporting.explanation import Coefficients, Correlation
from spx_assets.reporting.leakage import Examined, leakage
from spx_assets.reporting.out_of_sample import ErrorPanel, Track, error_difference, tracks
from spx_assets.reporting.outlook import Outlook, outlook
from spx_assets.reporting.perspective import Perspective, perspective
from spx_assets.reporting.provenance import Digest, Window, digests, version_rows, window
from spx_assets.reporting.regimes import PriceRegimes, price_regimes
from spx_assets.reporting.scoreboard import Score, best_candidates, scores
from spx_assets.reporting.stability import RollingSkill, Stretch, rolling_skill, stretches
from spx_assets.reporting.trials import Trials, trials
from spx_assets.reporting.trust import Trust, trust
from spx_assets.reporting.usage import Usage, usage
from spx_assets.reporting.verdict import Verdict, verdict
from spx_assets.reporting.worth import EconomicWorth, worth


@dataclass(frozen=True, eq=False)
class Findings:
    """What was found, part by part; a part that could not be made is `Absent`, with the sentence why."""

    verdict: Verdict
    trials: Trials
    outlook: Outlook | Absent
    scores: tuple[Score, ...] | Absent
    errors: tuple[ErrorPanel, ...] | Absent
    comparisons: tuple[Comparison, ...] | Absent
    stretches: tuple[Stretch, ...] | Absent
    rolling_skill: tuple[RollingSkill, ...] | Absent
    worth: EconomicWorth | Absent
    tracks: tuple[Track, ...] | Absent
    best_tracks: tuple[Track, ...] | Absent
    trust: Trust | Absent
    calibration: tuple[Calibration, ...] | Absent
    rolling_coverage: tuple[RollingCoverage, ...] | Absent
    coefficients: Coefficients | Absent
    usage: Usage | Absent
    correlation: Correlation | Absent
    regimes: PriceRegimes | Absent
    coverage: tuple[SeriesCoverage, ...] | Absent
    completeness: tuple[FeatureGap, ...]
    leakage: tuple[Examined, ...] | Absent
    perspective: Perspective | Absent
    window: Window
    card: Card
    versions: tuple[tuple[str, str], ...]
    digests: tuple[Digest, ...]


def findings(
    observations: pd.DataFrame,
    cleaned: pd.DataFrame,
    evaluation: pd.DataFrame,
    card: Mapping[str, Any],
    next_forecast: pd.DataFrame | None = None,
    versions: Mapping[str, str] | None = None,
    models: Mapping[int, FittedModel] | None = None,
    age_sessions: int | None = None,
) -> Findings:
    """Findings from the tables of the assets, the trained model's card, and the versions of all of them.

    Args:
        observations: `raw_market`.
        cleaned: `cleaned_data`.
        evaluation: `walk_forward`; may have no rows.
        card: the model card as JSON gives it; may be empty.
        next_forecast: `next_forecast`, when there is one.
        versions: asset → version of everything that was given.
        models: by horizon the fitted model to explain, as `forecasting.importance.explained_models` gives them.
        age_sessions: how many sessions have closed since the last of `cleaned`, when that is known.

    """
    read = read_card(card)
    tried = trials(card, evaluation)
    scored = scores(evaluation, read.deployed)
    errors = error_difference(evaluation)
    # Of each horizon the candidate worth a closer look: that of the lowest squared error, whether or not it serves.
    best = {} if isinstance(scored, Absent) else {h: row.model for h, row in best_candidates(scored).items()}
    first = None if evaluation.empty else evaluation["origin"].min()
    tables = {"raw_market": observations, "cleaned_data": cleaned, "walk_forward": evaluation}
    return Findings(
        verdict=verdict(scored, errors, tried, skill_verdicts(card)),
        trials=tried,
        outlook=outlook(observations, next_forecast, card),
        scores=scored,
        errors=errors,
        comparisons=comparisons(card),
        stretches=stretches(evaluation, best, read.deployed),
        rolling_skill=rolling_skill(evaluation, best, read.deployed),
        worth=worth(card, tried.count, best, read.deployed),
        tracks=tracks(evaluation, read.deployed, read.deployed),
        best_tracks=tracks(evaluation, best, read.deployed),
        trust=trust(evaluation, read.deployed),
        calibration=intervals.calibration(evaluation, read.deployed),
        rolling_coverage=intervals.rolling_coverage(evaluation, read.deployed),
        coefficients=explanation.coefficients(
            {one.horizon: (one.effects_of, one.effects) for one in read.fitted}, read.deployed
        ),
        usage=usage(cleaned, models or {}, read.deployed, first),
        correlation=explanation.correlation(cleaned),
        regimes=price_regimes(observations, cleaned),
        coverage=data_coverage(observations),
        completeness=completeness(cleaned),
        leakage=leakage(card),
        perspective=perspective(scored),
        window=window(observations, cleaned, age_sessions),
        card=read,
        versions=version_rows(versions or {}, read.inputs),
        digests=digests({**tables, "next_forecast": next_forecast}, card),
    )
