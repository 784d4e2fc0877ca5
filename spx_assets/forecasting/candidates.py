"""The models that are tried, by name: those of the platform, with restrictions, and any regressor by import path.

What each does is its method's business. Nothing here scores or chooses between candidates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from spx_assets.errors import UsageError
from spx_assets.forecasting import estimators
from spx_assets.forecasting.combination import Combination
from spx_assets.forecasting.elastic_net import ElasticNetPath
from spx_assets.forecasting.fit_memory import FitMemory
from spx_assets.forecasting.import_path import estimator_at, is_import_path
from spx_assets.forecasting.method import HistoricalMean, Method, PenalisedRidge, Refitted
from spx_assets.forecasting.restrictions import SIGNS, SUFFIX, NonNegative

BENCHMARK = "historical_mean"
# Sessions between refits of what has no exact path: a year, as Gu, Kelly and Xiu (2020, section 2.1) refit.
REFIT_EVERY = 252
# An elastic net costs milliseconds: a month is often enough to follow the mean, and seldom enough to stay cheap.
MONTH = 21
# Of the trees, whose seeds are fixed, and of elastic nets; shared by the evaluation and whatever audits it in the same
# process.
FITS = FitMemory()


@dataclass(frozen=True)
class Candidate:
    """A model by name, what it is in words, and the method by which it forecasts and is fitted."""

    name: str
    description: str
    method: Method

    @property
    def refit_every(self) -> int:
        """Sessions between its refits."""
        return int(getattr(self.method, "step", 1))


def built_in(refit_every: int = REFIT_EVERY) -> dict[str, Candidate]:
    """The platform's own candidates; those without an exact path are refitted every `refit_every` sessions."""
    often = f"refitted every {_sessions(refit_every)}"
    path = ElasticNetPath(min(refit_every, MONTH), memory=FITS)
    return {
        candidate.name: candidate
        for candidate in (
            Candidate(BENCHMARK, "the mean of all past returns: the benchmark", HistoricalMean()),
            Candidate("ols", "least squares on standardised features", Refitted(estimators.ols)),
            Candidate(
                "ridge",
                "ridge on standardised features, penalty chosen by past known errors",
                PenalisedRidge(estimators.ridge),
            ),
            Candidate(
                "elastic_net",
                "elastic net on standardised features, penalty chosen by past known errors, refitted every "
                f"{_sessions(path.step)}",
                path,
            ),
            Candidate(
                "hist_gradient_boosting",
                f"fifty boosted trees of depth two, {often}",
                Refitted(estimators.hist_gradient_boosting, refit_every, FITS),
            ),
            Candidate(
                "random_forest",
                f"fifty trees of depth three on a quarter of the rows each, {often}",
                Refitted(estimators.random_forest, refit_every, FITS),
            ),
            Candidate("combination", "the mean of one least-squares forecast per feature", Combination()),
        )
    }


def candidate(name: str, *, refit_every: int = REFIT_EVERY) -> Candidate:
    """The candidate of that name; UsageError listing the names otherwise.

    `NAME+ct` is the candidate NAME under Campbell and Thompson's restrictions. A dotted name is an import path of a
    scikit-learn regressor, with settings or without, which is fitted on standardised features.
    """
    if name.endswith(SUFFIX) and name != BENCHMARK + SUFFIX:
        return _restricted(candidate(name.removesuffix(SUFFIX), refit_every=refit_every))
    if is_import_path(name):
        estimator_at(name)  # refused here, before anything is evaluated
        words = f"{name} on standardised features, refitted every {_sessions(refit_every)}"
        return Candidate(name, words, Refitted(_Imported(name), refit_every))
    known = built_in(refit_every)
    if name not in known:
        raise UsageError(
            f"There is no candidate {name!r}",
            way_out=f"Choose from {', '.join(known)}, any but the first with {SUFFIX} for Campbell and Thompson's "
            "restrictions, or the import path of a scikit-learn regressor.",
        )
    return known[name]


@dataclass(frozen=True)
class _Imported:
    """A maker that survives the way to another process."""

    path: str

    def __call__(self) -> Any:
        """The regressor behind a StandardScaler."""
        return estimators.standardised(estimator_at(self.path))


def _restricted(free: Candidate) -> Candidate:
    method = Combination(SIGNS) if isinstance(free.method, Combination) else free.method
    return Candidate(
        f"{free.name}{SUFFIX}",
        f"{free.description}; forecasts never negative, signs as theory gives them (Campbell and Thompson 2008)",
        NonNegative(method),
    )


def _sessions(count: int) -> str:
    return "session" if count == 1 else f"{count} sessions"


CANDIDATES: Mapping[str, Candidate] = built_in()
