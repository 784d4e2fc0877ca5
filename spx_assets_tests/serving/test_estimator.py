"""A model served from its skops file."""

from __future__ import annotations

import numpy as np

from spx_assets.serving.deployment import ServedModel, served_model
from spx_assets.serving.estimator import estimators
from spx_assets.store import Artifact
from spx_assets_tests.serving.conftest import Home


def test_it_forecasts_as_the_compiled_one(deployed: Artifact, model: ServedModel) -> None:
    """Forecasts, scales and quantiles, for every horizon."""
    for horizon, estimator in estimators(deployed.files, model.horizons).items():
        core = model.predictors[horizon].model
        rows = core.golden_rows
        np.testing.assert_allclose(estimator.forecast(rows), core.forecast(rows), rtol=0, atol=1e-12)
        np.testing.assert_allclose(estimator.scale(rows), core.scale(rows), rtol=1e-12)
        assert estimator.forecast_one(rows[0].tolist()) == estimator.forecast(rows)[0]
        assert dict(estimator.score_quantiles) == dict(core.score_quantiles)
        assert estimator.golden_difference == 0


def test_a_horizon_without_arrays_is_served_all_the_same(home: Home) -> None:
    """And the version says which were compiled."""
    home.deploy(without=("horizon_5.npz",))

    served = served_model(home.store.read("deployed_model"))

    assert served.horizons == (1, 5, 21)
    assert served.compiled == (1, 21)
    assert served.predictors[5].one(served.predictors[5].model.golden_rows[0].tolist(), 1.0)
