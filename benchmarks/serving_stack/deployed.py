"""A home with a deployed linear model of the embedded data, and the rows that the other servers fit theirs on."""

from pathlib import Path

import numpy as np

from spx_assets import artifacts, forecasting, tasks
from spx_assets.forecasting.compiled import training_rows
from spx_assets.forecasting.evaluate import predictors_and_target
from spx_assets.forecasting.model_card import model_card
from spx_assets.forecasting.train import fit
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
    fitted = fit(cleaned, evaluation, "ols", 1, settings.levels)
    card = model_card(cleaned, evaluation, {1: fitted}, {}, {})
    trained = forecasting.TrainedModel({1: fitted}, card)
    compiled = forecasting.compiled_files(trained, cleaned)
    deployment = artifacts.Deployment(trained, "0" * 16, (), compiled)
    open_store(settings).commit("deployed_model", artifacts.model_payload(deployment), Provenance())
    X = training_rows(fitted, cleaned)
    _, y = predictors_and_target(cleaned, 1)
    np.savez(training, X=X, y=y.to_numpy()[y.notna().to_numpy()][: len(X)])
    return fitted.features, X
