"""A trained model as a value: per horizon a fitted estimator with what intervals and proofs need; its files.

`horizon_<h>.skops` is the estimator, `horizon_<h>.json` what goes with it, `model_card.json` the card; beside those of
a deployment stands `horizon_<h>.npz`, the arrays that serve. Reading the files back re-checks that every estimator
reproduces its golden predictions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from spx_assets import compiled
from spx_assets.compiled import CompiledModel
from spx_assets.errors import DataRefused, ModelRefused, UsageError
from spx_assets.forecasting import model_file
from spx_assets.forecasting.intervals import bound_names, volatility_scale
from spx_assets.forecasting.panel import Floats

CARD_FILE = "model_card.json"


@dataclass(frozen=True, eq=False)
class FittedModel:
    """One horizon's estimator, its features in order, and the conformal quantile of each interval level.

    `golden_rows` (k, p) and `golden_predictions` (k,) were recorded when it was fitted: whatever loads or
    recompiles the estimator must reproduce them.
    """

    horizon: int
    name: str
    estimator: Any
    features: tuple[str, ...]
    score_quantiles: Mapping[float, float]
    golden_rows: Floats
    golden_predictions: Floats

    def forecast(self, rows: Floats) -> Floats:
        """Log returns over the horizon forecast from feature rows (n, p)."""
        return np.asarray(self.estimator.predict(rows), dtype=np.float64)

    @property
    def golden_difference(self) -> float:
        """Largest difference from the golden predictions, NaN when any prediction is not a number."""
        return float(np.max(np.abs(self.forecast(self.golden_rows) - self.golden_predictions)))


@dataclass(frozen=True, eq=False)
class TrainedModel:
    """The fitted model of every horizon, the card that describes them, and, once deployed, the arrays that serve."""

    fitted: Mapping[int, FittedModel]
    card: Mapping[str, Any]
    compiled: Mapping[int, CompiledModel] = field(default_factory=dict)

    def at(self, horizon: int) -> FittedModel:
        """The model of one horizon; UsageError naming the horizons there are."""
        if horizon not in self.fitted:
            known = ", ".join(str(each) for each in sorted(self.fitted))
            raise UsageError(f"There is no model for {horizon} sessions ahead", way_out=f"Choose from {known}.")
        return self.fitted[horizon]


def predict(
    trained: TrainedModel, rows: pd.DataFrame, horizon: int, levels: Sequence[float] | None = None
) -> pd.DataFrame:
    """Forecasts with intervals for feature rows, indexed like them: `forecast`, `lower_50`, `upper_50` and so on.

    `rows` holds the model's features by name, in any order, other columns ignored. `levels` are among those
    the model was trained with (default: all). A deployed model forecasts by the arrays that serve, so that the numbers
    are those of the API to the last bit. Raises DataRefused for missing or non-finite features.
    """
    fitted = trained.at(horizon)
    values = _finite_features(rows, fitted.features)
    forecast, scale = _forecast_and_scale(trained, values, horizon)
    columns = {"forecast": forecast}
    for level in fitted.score_quantiles if levels is None else levels:
        if level not in fitted.score_quantiles:
            raise UsageError(
                f"The model has no {level:g} interval",
                way_out=f"Choose from {', '.join(f'{each:g}' for each in fitted.score_quantiles)}.",
            )
        lower, upper = bound_names(level)
        half_width = fitted.score_quantiles[level] * scale
        columns[lower], columns[upper] = forecast - half_width, forecast + half_width
    return pd.DataFrame(columns, index=rows.index)


def _forecast_and_scale(trained: TrainedModel, values: pd.DataFrame, horizon: int) -> tuple[Floats, Floats]:
    """Forecast and volatility (n,) each; one row by the functions with which the API answers one row."""
    arrays, rows = trained.compiled.get(horizon), values.to_numpy()
    if arrays is None:
        return trained.at(horizon).forecast(rows), volatility_scale(values, horizon)
    if len(rows) != 1:
        return arrays.forecast(rows), arrays.scale(rows)
    row = rows[0].tolist()
    return np.array([arrays.forecast_one(row)]), np.array([arrays.scale_one(row)])


def compiled_name(horizon: int) -> str:
    """The file that holds the compiled model of a horizon."""
    return f"horizon_{horizon}.npz"


def trained_model_files(trained: TrainedModel) -> dict[str, bytes]:
    """The files of a trained model, byte-equal for equal models."""
    files = {}
    for horizon, fitted in sorted(trained.fitted.items()):
        files[f"horizon_{horizon}.skops"] = model_file.dumps(fitted.estimator)
        files[f"horizon_{horizon}.json"] = _json(_record(fitted))
    return {**files, CARD_FILE: _json(trained.card)}


def trained_model_from_files(files: Mapping[str, bytes]) -> TrainedModel:
    """The trained model in its files; ModelRefused when one is missing, foreign, or off its golden predictions."""
    try:
        card = json.loads(files[CARD_FILE])
        fitted = {int(horizon): _fitted(files, int(horizon)) for horizon in card["horizons"]}
    except (KeyError, TypeError, ValueError) as error:
        raise ModelRefused(
            "The files of a trained model are incomplete or damaged",
            evidence=f"{type(error).__name__}: {error}",
            way_out="Train again, or roll back to an earlier version.",
        ) from error
    for model in fitted.values():
        refuse_changed_predictions(model)
    arrays = {horizon: files[compiled_name(horizon)] for horizon in fitted if compiled_name(horizon) in files}
    return TrainedModel(fitted, card, {horizon: compiled.load(data) for horizon, data in arrays.items()})


def refuse_changed_predictions(model: FittedModel) -> None:
    """ModelRefused unless the estimator gives its golden predictions to 1e-12, rounding of another machine."""
    difference = model.golden_difference
    if not difference <= 1e-12 + 1e-9 * float(np.max(np.abs(model.golden_predictions))):
        raise ModelRefused(
            f"The model for {model.horizon} sessions ahead does not reproduce its golden predictions",
            evidence=f"largest difference {difference:.3g} over {len(model.golden_predictions)} rows",
            way_out="Train again, or roll back to an earlier version.",
        )


def _record(fitted: FittedModel) -> dict[str, Any]:
    if not (np.isfinite(fitted.golden_rows).all() and np.isfinite(fitted.golden_predictions).all()):
        raise ModelRefused(
            f"The model for {fitted.horizon} sessions ahead has golden predictions that are not finite",
            evidence=fitted.name,
            way_out="Find what made its features or coefficients overflow, and train again.",
        )
    return {
        "horizon": fitted.horizon,
        "name": fitted.name,
        "features": list(fitted.features),
        # NaN, where too few errors are known, is null in JSON.
        "score_quantiles": [
            [level, None if np.isnan(quantile) else quantile] for level, quantile in fitted.score_quantiles.items()
        ],
        "golden_rows": fitted.golden_rows.tolist(),
        "golden_predictions": fitted.golden_predictions.tolist(),
    }


def _fitted(files: Mapping[str, bytes], horizon: int) -> FittedModel:
    record = json.loads(files[f"horizon_{horizon}.json"])
    quantiles = {float(level): np.nan if q is None else float(q) for level, q in record["score_quantiles"]}
    return FittedModel(
        horizon=int(record["horizon"]),
        name=str(record["name"]),
        estimator=model_file.loads(files[f"horizon_{horizon}.skops"]),
        features=tuple(record["features"]),
        score_quantiles=quantiles,
        golden_rows=np.asarray(record["golden_rows"], dtype=np.float64),
        golden_predictions=np.asarray(record["golden_predictions"], dtype=np.float64),
    )


def _finite_features(rows: pd.DataFrame, features: Sequence[str]) -> pd.DataFrame:
    missing = [name for name in features if name not in rows]
    if missing:
        raise DataRefused(
            "Rows to predict lack features of the model",
            evidence=", ".join(missing[:5]),
            way_out="The model card lists every feature in order.",
        )
    values = rows[list(features)].astype(np.float64)
    if not np.isfinite(values.to_numpy()).all():
        bad = values.columns[~np.isfinite(values.to_numpy()).all(axis=0)]
        raise DataRefused("Rows to predict hold missing or infinite features", evidence=", ".join(bad[:5]))
    return values


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=1, allow_nan=False).encode()
