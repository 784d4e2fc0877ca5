"""Everything the report says, as frozen values: what every figure, table and sentence is drawn from.

`findings` turns tables into values and is tolerant of what is absent; nothing here draws or writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from spx_assets.features import feature_names
from spx_assets.reporting import calibration as intervals
from spx_assets.reporting import explanation
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.calibration import Calibration, RollingCoverage
from spx_assets.reporting.card import Card, read_card
from spx_assets.reporting.coverage import SeriesCoverage, data_coverage
from spx_assets.reporting.explanation import Coefficients, Correlation
from spx_assets.reporting.out_of_sample import ErrorPanel, Track, error_difference, tracks
from spx_assets.reporting.outlook import Outlook, outlook
from spx_assets.reporting.provenance import Window, version_rows, window
from spx_assets.reporting.regimes import PriceRegimes, price_regimes
from spx_assets.reporting.scoreboard import Score, best_candidates, scores
from spx_assets.reporting.verdict import Verdict, verdict


@dataclass(frozen=True, eq=False)
class Findings:
    """What was found, part by part; a part that could not be made is `Absent`, with the sentence why."""

    verdict: Verdict
    outlook: Outlook | Absent
    scores: tuple[Score, ...] | Absent
    errors: tuple[ErrorPanel, ...] | Absent
    tracks: tuple[Track, ...] | Absent
    best_tracks: tuple[Track, ...] | Absent
    calibration: tuple[Calibration, ...] | Absent
    rolling_coverage: tuple[RollingCoverage, ...] | Absent
    coefficients: Coefficients | Absent
    correlation: Correlation | Absent
    regimes: PriceRegimes | Absent
    coverage: tuple[SeriesCoverage, ...] | Absent
    window: Window
    features: tuple[str, ...]
    card: Card
    versions: tuple[tuple[str, str], ...]


def findings(
    observations: pd.DataFrame,
    cleaned: pd.DataFrame,
    evaluation: pd.DataFrame,
    card: Mapping[str, Any],
    next_forecast: pd.DataFrame | None = None,
    versions: Mapping[str, str] | None = None,
) -> Findings:
    """Findings from the tables of the assets, the trained model's card, and the versions of all of them.

    Args:
        observations: `raw_market`.
        cleaned: `cleaned_data`.
        evaluation: `walk_forward`; may have no rows.
        card: the model card as JSON gives it; may be empty.
        next_forecast: `next_forecast`, when there is one.
        versions: asset → version of everything that was given.

    """
    read = read_card(card)
    scored = scores(evaluation, read.deployed)
    errors = error_difference(evaluation)
    best = {} if isinstance(scored, Absent) else best_candidates(scored)
    return Findings(
        verdict=verdict(scored, errors),
        outlook=outlook(observations, next_forecast),
        scores=scored,
        errors=errors,
        tracks=tracks(evaluation, read.deployed),
        best_tracks=tracks(evaluation, {horizon: row.model for horizon, row in best.items()}),
        calibration=intervals.calibration(evaluation, read.deployed),
        rolling_coverage=intervals.rolling_coverage(evaluation, read.deployed),
        coefficients=explanation.coefficients({one.horizon: (one.effects_of, one.effects) for one in read.fitted}),
        correlation=explanation.correlation(cleaned),
        regimes=price_regimes(observations, cleaned),
        coverage=data_coverage(observations),
        window=window(observations, cleaned),
        features=feature_names(cleaned),
        card=read,
        versions=version_rows(versions or {}, read.inputs),
    )
