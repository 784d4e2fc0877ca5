"""Where refits run in parallel."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np
import pytest
from sklearn.tree import DecisionTreeRegressor

from spx_assets.errors import UsageError
from spx_assets.forecasting.jobs import jobs_backend
from spx_assets.forecasting.walk_forward import walk_forward


@pytest.mark.parametrize("backend", ["dask", "ray"])
def test_a_backend_that_is_not_installed_is_said_so(backend: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to install; one job needs no backend at all."""
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.split(".", maxsplit=1)[0] == backend:
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with jobs_backend(backend, 1):
        pass
    with pytest.raises(UsageError, match=rf"spx-assets\[{backend}\]"), jobs_backend(backend, 2):
        pass


@pytest.mark.slow
def test_dask_gives_the_same_forecasts() -> None:
    """Its workers refit what this process would."""
    pytest.importorskip("distributed")
    random = np.random.default_rng(0)
    X, y = random.standard_normal((120, 2)), random.standard_normal(120)
    tree = DecisionTreeRegressor(max_depth=2, random_state=0)
    rules = {"first_train": 60, "step": 10}

    with jobs_backend("dask", 2):
        made = walk_forward(X, y, tree, n_jobs=2, **rules)

    np.testing.assert_array_equal(made["forecast"], walk_forward(X, y, tree, **rules)["forecast"])
