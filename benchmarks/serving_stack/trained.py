"""The model that every server of the benchmark serves, fitted in its own environment from the same rows."""

import os
from typing import Any

import numpy as np


def training() -> tuple[np.ndarray, np.ndarray]:
    """Rows (n, p) and outcomes (n,) that the benchmark wrote."""
    with np.load(os.environ["BENCHMARK_TRAINING"], allow_pickle=False) as made:
        return made["X"], made["y"]


def pipeline() -> Any:
    """Least squares on standardised features."""
    from sklearn.linear_model import LinearRegression  # noqa: PLC0415 - the floor needs none
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415 - as above
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415 - as above

    return make_pipeline(StandardScaler(), LinearRegression()).fit(*training())
