"""`evaluate`: out-of-sample forecasts of every candidate and of the benchmark, with intervals, as one table.

The `walk_forward` asset's content and its contract. Scores of it are in `scoreboard`; nothing is chosen here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing.pandas import Series

from spx_assets.errors import DataRefused, SpxError, UsageError
from spx_assets.features import feature_names, mean_name, target_name
from spx_assets.forecasting.candidates import BENCHMARK, CANDIDATES, REFIT_EVERY, Candidate, candidate
from spx_assets.forecasting.exercise import Exercise
from spx_assets.forecasting.import_path import is_import_path
from spx_assets.forecasting.intervals import bound_names, conformal_quantiles, volatility_scale
from spx_assets.forecasting.panel import Floats
from spx_assets.forecasting.refits import Progress
from spx_assets.forecasting.schedule import FEWEST_OUTCOMES, sessions_needed

LEVELS = (0.5, 0.8, 0.9, 0.95)
Say = Callable[[float, str], None]  # share of the work that is done, and with what

WALK_FORWARD_DTYPES: Mapping[str, str] = {
    "model": "object",
    "horizon": "int64",
    "origin": "datetime64[ns]",
    **dict.fromkeys(("realised", "forecast", "benchmark", "scale"), "float64"),
    **dict.fromkeys((name for level in LEVELS for name in bound_names(level)), "float64"),
}


class WalkForward(pa.DataFrameModel):
    """One out-of-sample forecast per (model, horizon, origin); returns are log returns over the horizon."""

    model: Series[str] = pa.Field(description="Candidate that forecast.")
    horizon: Series[np.int64] = pa.Field(ge=1, description="Sessions from the origin to the outcome.")
    origin: Series[pa.DateTime] = pa.Field(description="Session at whose close the forecast is made.")
    realised: Series[float] = pa.Field(nullable=True, description="Log return that followed; missing while unknown.")
    forecast: Series[float] = pa.Field(description="Forecast from what was known at the origin.")
    benchmark: Series[float] = pa.Field(description="Mean of all returns known at the origin.")
    scale: Series[float] = pa.Field(gt=0, description="Volatility over the horizon as known at the origin.")
    lower: Series[float] = pa.Field(
        alias=r"^lower_[\d.]+$", regex=True, nullable=True, description="Lower bound; missing with few past errors."
    )
    upper: Series[float] = pa.Field(
        alias=r"^upper_[\d.]+$", regex=True, nullable=True, description="Upper bound; missing with few past errors."
    )

    class Config:
        """All columns, no others, one row per key."""

        strict = True
        unique: list[str] = ["model", "horizon", "origin"]  # noqa: RUF012 - pandera reads a plain list


def evaluate(
    cleaned: pd.DataFrame,
    *,
    horizons: Sequence[int] = (1, 5, 21),
    candidates: Sequence[str] = tuple(CANDIDATES),
    first_train: int = 504,
    refit_every: int = REFIT_EVERY,
    levels: Sequence[float] = LEVELS,
    n_jobs: int = 1,
    progress: Say | None = None,
) -> pd.DataFrame:
    """Out-of-sample forecasts of each candidate at each horizon; schema `WalkForward`.

    Candidates with an exact path are refitted at every origin, others every `refit_every` sessions in `n_jobs`
    processes.

    `cleaned` is `cleaned_data`: features and `target_<h>` by session. Origins run from the first with
    `first_train` known outcomes to the last session. Rows are sorted by horizon, candidate in the given order
    (the historical mean is always among them) and origin. Bounds are NaN until 60 past errors are known.
    Raises DataRefused when the history is too short, UsageError for unknown candidates and levels.
    """
    names = tuple(dict.fromkeys(candidates))
    names = names if BENCHMARK in names else (BENCHMARK, *names)
    chosen = [candidate(name, refit_every=refit_every) for name in names]
    work = [(horizon, each) for horizon in sorted(horizons) for each in chosen]
    say = progress or _silent
    if len(cleaned) < first_train + max(horizons, default=1):
        raise too_short(cleaned, max(horizons), first_train)
    parts = []
    for position, (horizon, each) in enumerate(work):
        title = f"{each.name}, {horizon} {'session' if horizon == 1 else 'sessions'} ahead"
        refits = partial(_say_refits, say, position, len(work), title)
        given = exercise(cleaned, horizon, first_train, n_jobs=n_jobs, progress=refits)
        forecast = _forecasts(each, given)
        parts.append(_evaluated(cleaned, each, given, levels, forecast))
        say((position + 1) / len(work), f"{title}: {len(forecast):,} forecasts")
    return pd.concat(parts, ignore_index=True)


def _say_refits(say: Say, position: int, works: int, title: str, done: int, of: int) -> None:
    say((position + done / of) / works, f"{title}: {done:,} of {of:,} refits")


def _silent(_share: float, _words: str) -> None:
    return None


def predictors_and_target(cleaned: pd.DataFrame, horizon: int) -> tuple[pd.DataFrame, pd.Series]:
    """X and y of one horizon: the features, and the log return over the next `horizon` sessions."""
    target = target_name(horizon)
    if target not in cleaned:
        raise UsageError(f"cleaned_data has no column {target}", way_out="Build it with that horizon.")
    return cleaned[list(feature_names(cleaned))], cleaned[target]


def exercise(
    cleaned: pd.DataFrame, horizon: int, first_train: int, *, n_jobs: int = 1, progress: Progress | None = None
) -> Exercise:
    """What every candidate is given at one horizon of `cleaned_data`.

    The benchmark is the table's `historical_mean_<h>`, which reaches back before its first row; in a table without
    that column it is the mean of the outcomes in the table itself.
    """
    X, y = predictors_and_target(cleaned, horizon)
    return Exercise(X, y, first_train, horizon, n_jobs, progress, cleaned.get(mean_name(horizon)))


def _forecasts(each: Candidate, exercise: Exercise) -> Floats:
    """What the candidate forecasts; UsageError when a regressor named by import path fails."""
    try:
        return each.method.forecasts(exercise)
    except Exception as error:  # a foreign regressor can raise anything
        if isinstance(error, SpxError) or not is_import_path(each.name):
            raise
        raise UsageError(
            f"{each.name} fails, {exercise.horizon} sessions ahead",
            evidence=f"{type(error).__name__}: {error}"[:300],
            way_out="Correct its settings in SPX_CANDIDATES, or leave it out.",
        ) from error


def _evaluated(
    cleaned: pd.DataFrame, each: Candidate, given: Exercise, levels: Sequence[float], forecast: Floats
) -> pd.DataFrame:
    horizon, origins = given.horizon, given.schedule().origins
    X, y = predictors_and_target(cleaned, horizon)
    realised = y.to_numpy(dtype=np.float64)
    scale = volatility_scale(X, horizon)[origins]
    columns: dict[str, object] = {
        "model": np.full(len(origins), each.name, dtype=object),
        "horizon": np.int64(horizon),
        "origin": cleaned["session"].to_numpy(dtype="datetime64[ns]")[origins],
        "realised": realised[origins],
        "forecast": forecast,
        "benchmark": given.historical_mean[origins],
        "scale": scale,
    }
    return pd.DataFrame(columns | _bounds(realised[origins], forecast, scale, levels, horizon))


def _bounds(
    realised: Floats, forecast: Floats, scale: Floats, levels: Sequence[float], horizon: int
) -> dict[str, Floats]:
    quantiles = conformal_quantiles(realised, forecast, scale, levels, horizon=horizon)
    bounds = {}
    for level, quantile in zip(levels, quantiles.T, strict=True):
        lower, upper = bound_names(level)
        bounds[lower], bounds[upper] = forecast - quantile * scale, forecast + quantile * scale
    return bounds


def too_short(cleaned: pd.DataFrame, horizon: int, first_train: int) -> DataRefused:
    """The rejection of a history: how many sessions there are, and how many it takes to judge that horizon."""
    return DataRefused(
        f"The history is too short to judge a forecast {horizon} {'session' if horizon == 1 else 'sessions'} ahead",
        evidence=f"{len(cleaned):,} sessions with every feature; {sessions_needed(horizon, first_train):,} are needed: "
        f"{first_train} train first, and {FEWEST_OUTCOMES} give outcomes to judge by",
        way_out="Give a longer history, set SPX_FIRST_TRAIN lower, or leave the horizon out of SPX_HORIZONS.",
    )
