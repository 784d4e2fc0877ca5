"""A typed client of the sidecar: what it answers as frozen values, what it refuses as `ApiError`.

For programs, the dashboard and tests. It imports httpx alone, nothing of the server.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

TIMEOUT_S = 10.0
T = TypeVar("T")


class ApiError(Exception):
    """An answer that is a refusal: its status and its problem document."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(status, problem.get("detail", ""))
        self.status = status
        self.problem = problem

    def __str__(self) -> str:
        parts = [self.problem.get("detail") or "no reason given", self.problem.get("way_out")]
        return f"{self.status}: {' '.join(part for part in parts if part)}"


@dataclass(frozen=True)
class Readiness:
    """Whether a model is served, and what keeps the newest version from it."""

    ready: bool
    live: bool
    model_version: str | None
    problem: str | None
    way_out: str | None


@dataclass(frozen=True)
class Prediction:
    """One row's log return with its interval; explained when that was asked for."""

    forecast: float
    lower: float | None
    upper: float | None
    baseline: float | None = None
    contributions: Mapping[str, float] | None = None
    outside_training_range: Sequence[str] = ()


@dataclass(frozen=True)
class Predictions:
    """Predictions in the order of the rows, and the version that made them."""

    model_version: str
    horizon: int
    level: float
    predictions: Sequence[Prediction]
    warnings: Sequence[str] = ()


@dataclass(frozen=True)
class HorizonForecast:
    """The forecast of one horizon, with the word on skill."""

    horizon: int
    target_session: str
    model: str
    forecast: float
    benchmark: float | None
    skill: bool
    statement: str
    level: float
    lower: float | None
    upper: float | None
    intervals: Sequence[Mapping[str, float | None]]
    coverage: float | None = None


@dataclass(frozen=True)
class Forecast:
    """The forecast of the coming session(s), by the versions that made it."""

    origin: str
    model_version: str
    data_version: str
    forecast_version: str
    forecasts: Sequence[HorizonForecast]
    age_sessions: int | None = None
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Model:
    """The version that serves, and its card."""

    version: str
    created_at: str
    features: Sequence[str]
    horizons: Sequence[int]
    levels: Sequence[float]
    served_from: Mapping[str, str]
    card: Mapping[str, Any]


@dataclass(frozen=True)
class ModelVersion:
    """A version that can be asked for."""

    version: str
    created_at: str
    current: bool
    last_session: str | None


@dataclass(frozen=True)
class TrackRecord:
    """The ledger: its newest forecasts with their outcomes, and the running score per horizon."""

    scores: Sequence[Mapping[str, Any]]
    forecasts: Sequence[Mapping[str, Any]]


class Client:
    """A connection to one sidecar; close it, or use it in a `with` block.

    Every method raises ApiError for a refusal, and httpx.TransportError where nobody answers.
    """

    def __init__(self, base_url: str, token: str | None = None, *, timeout_s: float = TIMEOUT_S) -> None:
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        self._http = httpx.Client(base_url=base_url, headers=headers, timeout=timeout_s, trust_env=False)

    def ready(self) -> Readiness:
        """Whether a model is served; not being ready is an answer, no error."""
        return _value(Readiness, self._asked("GET", "/v2/health/ready", also=(503,)).json())

    def forecast(self, horizon: int | None = None) -> Forecast:
        """The forecast of the coming session(s), of one horizon or all."""
        given = {} if horizon is None else {"horizon": horizon}
        document = self._asked("GET", "/v1/forecast", params=given).json()
        return _value(Forecast, document, forecasts=[_value(HorizonForecast, each) for each in document["forecasts"]])

    def predict(
        self, rows: Sequence[Mapping[str, float]], horizon: int = 1, level: float = 0.9, *, explain: bool = False
    ) -> Predictions:
        """Predictions for rows of features by name."""
        asked = {"rows": [dict(row) for row in rows], "horizon": horizon, "level": level}
        document = self._asked("POST", "/v1/predictions", json={**asked, **({"explain": True} if explain else {})})
        made = document.json()
        return _value(Predictions, made, predictions=[_value(Prediction, each) for each in made["predictions"]])

    def model(self) -> Model:
        """The version that serves."""
        return _value(Model, self._asked("GET", "/v1/model").json())

    def models(self) -> list[ModelVersion]:
        """The versions that can be asked for, newest first."""
        return [_value(ModelVersion, each) for each in self._asked("GET", "/v1/models").json()["versions"]]

    def track_record(self, horizon: int | None = None) -> TrackRecord:
        """Every forecast that was made, and what came of it."""
        given = {} if horizon is None else {"horizon": horizon}
        return _value(TrackRecord, self._asked("GET", "/v1/track-record", params=given).json())

    def metrics(self) -> str:
        """What Prometheus scrapes."""
        return self._asked("GET", "/metrics").text

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _asked(self, method: str, path: str, *, also: Sequence[int] = (), **options: Any) -> httpx.Response:
        answer = self._http.request(method, path, **options)
        if answer.status_code != 200 and answer.status_code not in also:
            try:
                problem = answer.json()
            except ValueError:
                problem = {}
            raise ApiError(answer.status_code, problem if isinstance(problem, dict) else {})
        return answer


def _value(kind: type[T], document: Mapping[str, Any], **instead: Any) -> T:
    """A document as a value: fields that this client does not know yet are left out."""
    known = {each.name for each in fields(kind)}  # type: ignore[arg-type]  # every kind here is a dataclass
    return kind(**{name: value for name, value in {**document, **instead}.items() if name in known})
