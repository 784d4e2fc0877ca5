"""A home with a deployed linear model of the embedded data, and the rows that the other servers fit theirs on."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
from serving_stack.trained import pipeline

from spx_assets import artifacts, forecasting, tasks
from spx_assets.forecasting.compiled import training_rows
from spx_assets.forecasting.evaluate import predictors_and_target
from spx_assets.home import open_store
from spx_assets.settings import Settings
from spx_assets.store import Provenance


def deploy(home: Path, observations: object, training: Path) -> tuple[tuple[str, ...], np.ndarray]:
    """Deploy least squares one session ahead to the store of `home`; its features and training rows."""
    settings = Settings.load({}, home=home).model_copy(
        update={"horizons": (1,), "candidates": ("historical_mean", "ols")}
    )
    cleaned = tasks.clean(observations, settings)  # type: ignore[arg-type]  # a table
    evaluation = tasks.evaluate(cleaned, settings)
    chosen = forecasting.train(cleaned, evaluation, horizons=settings.horizons, candidates=settings.candidates)
    X = training_rows(chosen.at(1), cleaned)
    _, y = predictors_and_target(cleaned, 1)
    np.savez(training, X=X, y=y.dropna().to_numpy()[-len(X) :])
    os.environ["BENCHMARK_TRAINING"] = str(training)
    estimator, golden = pipeline(), chosen.at(1).golden_rows
    # Whatever was chosen, least squares serves: a constant would be too easy.
    fitted = replace(chosen.at(1), name="ols", estimator=estimator, golden_predictions=estimator.predict(golden))
    trained = forecasting.TrainedModel({1: fitted}, chosen.card)
    deployment = artifacts.Deployment(trained, "0" * 16, (), forecasting.compiled_files(trained, cleaned))
    open_store(settings).commit("deployed_model", artifacts.model_payload(deployment), Provenance())
    return fitted.features, X
