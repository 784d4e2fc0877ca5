"""Campbell and Thompson's restrictions: slopes of the sign that theory gives, and forecasts that are never negative.

Campbell and Thompson (2008, Review of Financial Studies 21, section 2): an investor who believes in a reward for risk
does not use a regression that says otherwise. A candidate named `NAME+ct` is the candidate with them: its forecast
is cut at zero, and the univariate lines of a combination keep to the signs below.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from spx_assets.forecasting.exercise import Exercise
from spx_assets.forecasting.method import Method
from spx_assets.forecasting.panel import Floats

SUFFIX = "+ct"

# Risk is rewarded (Merton 1973); variance risk too (Bollerslev, Tauchen and Zhou 2009); spreads are high when
# expected returns are (Fama and French 1989); inflation hurts stocks (Fama and Schwert 1977). On others it is silent.
SIGNS: Mapping[str, int] = {
    **dict.fromkeys((f"realized_volatility_{days}" for days in (5, 22, 66)), 1),
    "parkinson_volatility_22": 1,
    "vix_level": 1,
    "variance_risk_premium": 1,
    "default_spread": 1,
    "term_spread": 1,
    "core_inflation_yoy": -1,
}


@dataclass(frozen=True)
class NonNegative:
    """A method whose forecasts are cut at zero."""

    method: Method

    @property
    def step(self) -> int:
        """The method's."""
        return int(getattr(self.method, "step", 1))

    def forecasts(self, exercise: Exercise) -> Floats:
        """The method's forecasts, none below zero."""
        return np.maximum(self.method.forecasts(exercise), 0.0)

    def fitted(self, exercise: Exercise) -> Any:
        """The method's estimator, its predictions cut at zero."""
        from spx_assets.forecasting.non_negative import NonNegativeRegressor  # noqa: PLC0415 - imports scikit-learn

        return NonNegativeRegressor(self.method.fitted(exercise))

    def refitted(self, estimator: Any, exercise: Exercise) -> Any:
        """The method's, its predictions cut at zero."""
        from spx_assets.forecasting.non_negative import NonNegativeRegressor  # noqa: PLC0415 - imports scikit-learn

        return NonNegativeRegressor(self.method.refitted(estimator.regressor, exercise))
