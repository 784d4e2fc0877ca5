"""The models that are tried: what each is, how it forecasts out of sample, how it is fitted to serve.

`historical_mean` is the benchmark itself; the others are scikit-learn pipelines. Nothing here scores or
chooses between candidates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from spx_assets.errors import UsageError
from spx_assets.forecasting.panel import Floats, Matrix, Panel, Vector, known_mean
from spx_assets.forecasting.penalty import PENALTIES, online_choice
from spx_assets.forecasting.schedule import Schedule
from spx_assets.forecasting.walk_forward import walk_forward

BENCHMARK = "historical_mean"


@dataclass(frozen=True)
class Candidate:
    """A model by name. With `penalties`, `make` takes one, chosen at each origin from past known errors."""

    name: str
    description: str
    make: Callable[..., Any]
    penalties: tuple[float, ...] = ()

    def forecasts(self, X: Matrix, y: Vector, *, first_train: int, horizon: int, n_jobs: int = 1) -> Floats:
        """Out-of-sample forecasts at every origin of `walk_forward`, refitted at each."""
        if self.name == BENCHMARK:
            panel = Panel.of(X, y)
            return known_mean(panel.y, horizon, Schedule(len(panel.y), first_train, horizon).origins)
        if self.penalties:
            return online_choice(X, y, self.penalties, first_train=first_train, horizon=horizon).forecast
        made = walk_forward(X, y, self.make(), first_train=first_train, horizon=horizon, n_jobs=n_jobs)
        return made["forecast"].to_numpy()

    def fitted(self, X: Matrix, y: Vector, *, first_train: int, horizon: int) -> Any:
        """The estimator fitted on every row whose outcome is known, penalty by the rule at the last origin."""
        settings = []
        if self.penalties:
            choice = online_choice(X, y, self.penalties, first_train=first_train, horizon=horizon)
            settings.append(float(choice.penalty[-1]))
        panel = Panel.of(X, y)
        return self.make(*settings).fit(panel.X[panel.complete], panel.y[panel.complete])


# The makers import scikit-learn when called: it costs 0.8 CPU-s, and commands that only read tables need none.


def _historical_mean() -> Any:
    from sklearn.dummy import DummyRegressor  # noqa: PLC0415 - see above

    return DummyRegressor(strategy="mean")


def _ols() -> Any:
    from sklearn.linear_model import LinearRegression  # noqa: PLC0415 - see above
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415 - see above
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415 - see above

    return make_pipeline(StandardScaler(), LinearRegression())


def _ridge(penalty: float) -> Any:
    from sklearn.linear_model import Ridge  # noqa: PLC0415 - see above
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415 - see above
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415 - see above

    return make_pipeline(StandardScaler(), Ridge(alpha=penalty))


CANDIDATES: Mapping[str, Candidate] = {
    candidate.name: candidate
    for candidate in (
        Candidate(BENCHMARK, "the mean of all past returns: the benchmark", _historical_mean),
        Candidate("ols", "least squares on standardised features", _ols),
        Candidate("ridge", "ridge on standardised features, penalty chosen by past known errors", _ridge, PENALTIES),
    )
}


def candidate(name: str) -> Candidate:
    """The candidate of that name; UsageError listing the names otherwise."""
    if name not in CANDIDATES:
        raise UsageError(f"There is no candidate {name!r}", way_out=f"Choose from {', '.join(CANDIDATES)}.")
    return CANDIDATES[name]
