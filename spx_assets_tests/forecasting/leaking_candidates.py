"""Mistakes to plant inside the candidates: each replaces one part of a shipped method by one that knows its future.

The plant stands where the mistake would be made, and everything else is what ships: evaluation, rules and audit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from importlib import import_module
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, RegressorMixin

from spx_assets.forecasting import combination, refits
from spx_assets.forecasting.evaluate import predictors_and_target
from spx_assets.forecasting.exercise import Exercise
from spx_assets.forecasting.panel import Floats, Panel
from spx_assets.forecasting.penalty import known_best
from spx_assets.forecasting.restrictions import NonNegative
from spx_assets.forecasting.schedule import Rows, Schedule

HERE = "spx_assets_tests.forecasting.leaking_candidates"
WARM = "sklearn.linear_model.SGDRegressor(warm_start=True, max_iter=5, tol=None)"


@dataclass(frozen=True)
class Plant:
    """The candidate that leaks, the part of `forecasting` that is replaced (module:attribute), and what replaces it."""

    candidate: str
    part: str = ""
    leak: Callable[..., Any] | None = None

    def put(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Put the mistake in its place."""
        module, _, attribute = self.part.partition(":")
        if attribute:
            *owners, name = attribute.split(".")
            place: Any = import_module(f"spx_assets.forecasting.{module}")
            monkeypatch.setattr(reduce(getattr, owners, place), name, self.leak)


def _in_hindsight(realised: Floats, forecasts: Floats, *_: Floats, **__: int) -> Rows:
    """The penalty with the smallest errors over the whole sample."""
    loss = np.nansum((realised[:, None] - forecasts) ** 2, axis=0)
    return np.full(len(forecasts), int(np.argmin(loss)))


def _too_early(realised: Floats, forecasts: Floats, penalties: Floats, **_: int) -> Rows:
    """The penalty by errors that take four more sessions to be known."""
    return known_best(realised, forecasts, penalties, horizon=1)


def _up_to_the_origin(panel: Panel, schedule: Schedule, refit: int) -> Rows:
    """Training rows without the purge: outcomes of the last rows are not known yet."""
    rows = np.arange(int(schedule.window_of(refit)[-1]) + schedule.horizon)
    return rows[panel.complete[rows]]


def _with_its_own_stretch(panel: Panel, schedule: Schedule, refit: int) -> Rows:
    """Training rows that reach to the end of the stretch that the refit forecasts."""
    rows = np.arange(int(schedule.origins_of(refit)[-1]) + 1)
    return rows[panel.complete[rows]]


def _binned(cleaned: pd.DataFrame, horizon: int) -> tuple[pd.DataFrame, pd.Series]:
    """Features in ten bins, whose edges are quantiles of the whole sample."""
    X, y = predictors_and_target(cleaned, horizon)
    names = [name for name in X if name not in ("vix_level", "realized_volatility_22")]
    return X.assign(**{name: X[name].rank(pct=True).mul(10).round() for name in names}), y


def _newest_first(panel: Panel, schedule: Schedule, order: Rows, *rest: Any) -> Iterator[Any]:
    """Warm refits that begin at the solution of a later one."""
    yield from blocks_done(panel, schedule, order[::-1], *rest)


def _lines_up_to_the_origin(panel: Panel, schedule: Schedule) -> Iterator[Any]:
    """Univariate lines without the purge."""
    yield from univariate_lines(panel, replace(schedule, horizon=1, first_train=schedule.first_origin))


def _signs_in_hindsight(_: object, panel: Panel) -> Floats:
    """The sign that each feature had over the whole sample."""
    known = panel.complete
    return np.sign([np.corrcoef(column[known], panel.y[known])[0, 1] for column in panel.X.T])


def _cut_where_it_helped(method: NonNegative, exercise: Exercise) -> Floats:
    """Forecasts cut at zero where the return was positive afterwards."""
    made = method.method.forecasts(exercise)
    return np.where(exercise.panel.y[exercise.schedule().first_origin :] > 0, np.maximum(made, 0.0), made)


class RanksTogether(RegressorMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no annotations
    """Forecasts the mean, moved by the rank of a row's first feature among all the rows that are asked at once."""

    def fit(self, X: Floats, y: Floats) -> RanksTogether:
        """Remember the mean."""
        self.mean_ = float(np.mean(y))
        self.n_features_in_ = np.shape(X)[1]
        return self

    def predict(self, X: Floats) -> Floats:
        """A row's forecast depends on rows that come after it."""
        return self.mean_ + 1e-3 * np.argsort(np.argsort(np.asarray(X)[:, 0])) / len(X)


class Remembers(RegressorMixin, BaseEstimator):  # type: ignore[misc]  # as above
    """Forecasts the outcome of the nearest row that any fit in this process has seen."""

    seen: ClassVar[list[tuple[Floats, Floats]]] = []

    def fit(self, X: Floats, y: Floats) -> Remembers:
        """Add to what every other instance knows."""
        self.seen.append((np.asarray(X)[:, 0], np.asarray(y)))
        self.n_features_in_ = np.shape(X)[1]
        return self

    def predict(self, X: Floats) -> Floats:
        """The nearest row's outcome."""
        x, y = (np.concatenate(parts) for parts in zip(*self.seen[-40:], strict=True))
        order = np.argsort(x, kind="stable")
        at = np.clip(np.searchsorted(x[order], np.asarray(X)[:, 0]), 0, len(x) - 1)
        return np.asarray(y[order][at])


univariate_lines = combination.univariate_lines
blocks_done = refits._blocks_done
PLANTS: dict[str, Plant] = {
    "ridge, penalty in hindsight": Plant("ridge", "penalty:known_best", _in_hindsight),
    "ridge, penalty by unknown errors": Plant("ridge", "penalty:known_best", _too_early),
    "elastic net, penalty in hindsight": Plant("elastic_net", "elastic_net:known_best", _in_hindsight),
    "elastic net, penalty by unknown errors": Plant("elastic_net", "elastic_net:known_best", _too_early),
    "elastic net, missing purge": Plant("elastic_net", "elastic_net:learned_rows", _up_to_the_origin),
    "boosting, missing purge": Plant("hist_gradient_boosting", "refits:learned_rows", _up_to_the_origin),
    "boosting, bins of the whole sample": Plant("hist_gradient_boosting", "evaluate:predictors_and_target", _binned),
    "forest, fitted on what it forecasts": Plant("random_forest", "refits:learned_rows", _with_its_own_stretch),
    "combination, missing purge": Plant("combination", "combination:univariate_lines", _lines_up_to_the_origin),
    "combination+ct, signs in hindsight": Plant(
        "combination+ct", "combination:Combination._signs", _signs_in_hindsight
    ),
    "ols+ct, cut where it helped": Plant("ols+ct", "restrictions:NonNegative.forecasts", _cut_where_it_helped),
    "import path, missing purge": Plant(
        "sklearn.tree.DecisionTreeRegressor(max_depth=2)", "refits:learned_rows", _up_to_the_origin
    ),
    "import path, warm from the future": Plant(WARM, "refits:_blocks_done", _newest_first),
    "import path, rows forecast together": Plant(f"{HERE}.RanksTogether"),
}
REMEMBERS = Plant(f"{HERE}.Remembers")
