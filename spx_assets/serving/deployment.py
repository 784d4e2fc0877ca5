"""A version of `deployed_model` as requests see it: verified, its golden predictions reproduced, ready to answer.

From the bytes of one artifact, without clock or store. Which version serves is decided in `follower`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from spx_assets.errors import ModelRefused
from spx_assets.serving import native
from spx_assets.serving.estimator import estimators
from spx_assets.serving.predictions import Predictions
from spx_assets.serving.predictor import Model, Predictor
from spx_assets.store import Artifact

ASSET = "deployed_model"
CARD_FILE = "model_card.json"
MODEL_NAME = "spx"


@dataclass(frozen=True, eq=False)
class ServedModel:
    """One version: its card, a predictor per horizon, and the dialects that were prepared for it."""

    version: str
    created_at: datetime
    card: Mapping[str, Any]
    predictors: Mapping[int, Predictor]
    compiled: tuple[int, ...]
    predictions: Predictions

    @property
    def horizons(self) -> tuple[int, ...]:
        """Sessions ahead, rising."""
        return tuple(self.predictors)

    @property
    def first(self) -> Predictor:
        """The predictor of the shortest horizon, which answers where none is asked for."""
        return self.predictors[self.horizons[0]]

    def horizon_of(self, name: str) -> int | None:
        """The horizon that a model name of the inference protocol means: `spx` is the first, `spx_5` five sessions."""
        if name == MODEL_NAME:
            return self.horizons[0]
        return next((horizon for horizon in self.horizons if name == f"{MODEL_NAME}_{horizon}"), None)


def served_model(artifact: Artifact) -> ServedModel:
    """What an artifact of `deployed_model` serves; ModelRefused when it is incomplete or not what was fitted."""
    try:
        card = json.loads(artifact.files[CARD_FILE])
        horizons = sorted(int(horizon) for horizon in card["horizons"])
    except (KeyError, TypeError, ValueError) as error:
        raise _refused(artifact, f"{CARD_FILE}: {type(error).__name__}") from error
    arrays = {h: artifact.files[f"horizon_{h}.npz"] for h in horizons if f"horizon_{h}.npz" in artifact.files}
    models: dict[int, Model] = {horizon: native.load(data) for horizon, data in arrays.items()}
    others = [horizon for horizon in horizons if horizon not in arrays]
    models |= estimators(artifact.files, others) if others else {}
    if not models:
        raise _refused(artifact, "its card names no horizon")
    for horizon, model in models.items():
        _refuse_changed(artifact, horizon, model)
    predictors = {horizon: Predictor(models[horizon]) for horizon in horizons}
    return ServedModel(
        version=artifact.version,
        created_at=datetime.fromisoformat(artifact.manifest.created_at),
        card=card,
        predictors=predictors,
        compiled=tuple(arrays),
        predictions=Predictions(artifact.version, predictors),
    )


def _refuse_changed(artifact: Artifact, horizon: int, model: Model) -> None:
    largest = float(abs(model.golden_predictions).max())
    if model.horizon != horizon or not model.golden_difference <= 1e-12 + 1e-9 * largest:
        raise _refused(artifact, f"horizon {horizon} differs by {model.golden_difference:.3g} from what was recorded")


def _refused(artifact: Artifact, evidence: str) -> ModelRefused:
    return ModelRefused(
        f"{artifact.asset} {artifact.version} cannot serve",
        evidence=evidence,
        way_out="`spx run` deploys again; `spx rollback deployed_model VERSION` returns to an earlier one.",
    )
