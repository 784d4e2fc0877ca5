"""Losses of several forecasts over the outcomes that every one of them has: what comparisons of many start from."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from spx_assets.errors import UsageError
from spx_assets.forecasting.panel import Floats
from spx_assets.forecasting.scores import known_rows, loss_power
from spx_assets.forecasting.stationary_bootstrap import optimal_block_length

Loss = Literal["squared", "absolute"]
Forecasts = pd.DataFrame | Mapping[str, npt.ArrayLike] | npt.ArrayLike


def model_losses(
    realised: npt.ArrayLike, forecasts: Forecasts, *, loss: Loss = "squared"
) -> tuple[tuple[Hashable, ...], Floats]:
    """Names of the models, and their losses (n, k) in the rows where the outcome and every forecast are known.

    `forecasts` is (n, k): a table or mapping with one column per model, or an array, whose models are 0 … k − 1.
    """
    names, columns = _columns(forecasts)
    y, *known = known_rows(realised, *columns)
    return names, np.abs(np.column_stack(known) - y[:, None]) ** loss_power(loss)


def loss_gains(
    realised: npt.ArrayLike, forecasts: Forecasts, benchmark: npt.ArrayLike, *, loss: Loss = "squared"
) -> tuple[tuple[Hashable, ...], Floats]:
    """Names of the models, and the benchmark's loss less theirs (n, k), in the rows where all of them are known."""
    names, columns = _columns(forecasts)
    y, b, *known = known_rows(realised, benchmark, *columns)
    power = loss_power(loss)
    return names, (np.abs(b - y) ** power)[:, None] - np.abs(np.column_stack(known) - y[:, None]) ** power


def shared_block_length(series: Floats, horizon: int) -> float:
    """The longest of the optimal block lengths of the columns (n, k), and no shorter than outcomes overlap."""
    return max(float(horizon), *(optimal_block_length(column) for column in series.T))


def _columns(forecasts: Forecasts) -> tuple[tuple[Hashable, ...], list[Floats]]:
    if isinstance(forecasts, Mapping):
        table = pd.DataFrame(dict(forecasts))
    elif isinstance(forecasts, pd.DataFrame):
        table = forecasts
    else:
        table = pd.DataFrame(np.asarray(forecasts, dtype=np.float64))
    if table.shape[1] == 0 or not table.columns.is_unique:
        raise UsageError("Models to compare need one column each", evidence=f"columns {list(table.columns)}")
    return tuple(table.columns), list(table.to_numpy(dtype=np.float64).T)
