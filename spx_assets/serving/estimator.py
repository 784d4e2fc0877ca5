"""A deployed estimator that could not be compiled, served from its skops file behind the same face as a compiled one.

The one module of the room that reaches scikit-learn, pandas and skops, and only when it is called: the file is checked
against the list of trusted types first.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from spx_assets.forecasting import FittedModel

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Estimator:
    """A fitted scikit-learn model with the face of a compiled one; it is not taken apart into contributions."""

    fitted: FittedModel
    horizon: int
    name: str
    features: tuple[str, ...]
    score_quantiles: Mapping[float, float]
    golden_rows: Floats
    golden_predictions: Floats
    minima: Floats
    maxima: Floats
    scale_feature: str
    baseline: float | None = None

    @property
    def golden_difference(self) -> float:
        """Largest difference from the golden predictions."""
        return self.fitted.golden_difference

    def forecast(self, rows: Floats) -> Floats:
        """Log returns over the horizon (n,) from rows (n, p)."""
        return self.fitted.forecast(rows)

    def forecast_one(self, row: Sequence[float]) -> float:
        """The forecast of one row."""
        return float(self.forecast(np.asarray([row], dtype=np.float64))[0])

    def scale(self, rows: Floats) -> Floats:
        """Volatility over the horizon (n,) as known at rows (n, p)."""
        import pandas as pd  # noqa: PLC0415  # only this fallback needs it

        from spx_assets.forecasting import volatility_scale  # noqa: PLC0415

        return volatility_scale(pd.DataFrame(rows, columns=list(self.features)), self.horizon)

    def scale_one(self, row: Sequence[float]) -> float:
        """`scale` of one row."""
        return float(self.scale(np.asarray([row], dtype=np.float64))[0])

    def contributions(self, row: Sequence[float]) -> dict[str, float] | None:  # noqa: ARG002  # as compiled models
        """None: it is not taken apart."""
        return None


def estimators(files: Mapping[str, bytes], horizons: Sequence[int]) -> dict[int, Estimator]:
    """The models of `horizons` in the files of a deployment; ModelRefused when they are not sound."""
    from spx_assets.forecasting import trained_model_from_files  # noqa: PLC0415  # scikit-learn, only where needed

    own = {name: data for name, data in files.items() if name.startswith(("horizon_", "model_card"))}
    trained = trained_model_from_files(own)
    return {horizon: _estimator(trained.at(horizon)) for horizon in horizons}


def _estimator(fitted: FittedModel) -> Estimator:
    from spx_assets.forecasting.intervals import scale_feature  # noqa: PLC0415  # pandas

    # The range in training is not recorded beside an estimator: nothing counts as outside it.
    unbounded = np.full(len(fitted.features), math.inf)
    return Estimator(
        fitted=fitted,
        horizon=fitted.horizon,
        name=fitted.name,
        features=fitted.features,
        score_quantiles=fitted.score_quantiles,
        golden_rows=fitted.golden_rows,
        golden_predictions=fitted.golden_predictions,
        minima=-unbounded,
        maxima=unbounded,
        scale_feature=scale_feature(fitted.features),
    )
