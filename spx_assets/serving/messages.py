"""The answers of the routes that FastAPI serves, as types: what the OpenAPI document says of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class ProblemDocument(BaseModel):
    """Why a request was not answered (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["about:blank"])
    title: str
    status: int
    detail: str = Field(description="What was wrong.")
    field: str | None = Field(None, description="Where in the request.")
    way_out: str | None = Field(None, description="What to do instead.")


class Live(BaseModel):
    """The process answers."""

    live: bool


class Ready(Live):
    """Whether a verified model is served, and what keeps the newest from being it."""

    ready: bool
    model_version: str | None
    problem: str | None
    way_out: str | None


class Interval(BaseModel):
    """Log returns between which the outcome is expected to lie with a probability of `level`."""

    level: float
    lower: float | None
    upper: float | None
    coverage: float | None = Field(description="Share of past out-of-sample outcomes that it contained.")


class Forecast(BaseModel):
    """The forecast of one horizon; returns are log returns from the origin's close to the target session's."""

    horizon: int
    target_session: date
    model: str
    forecast: float
    benchmark: float | None = Field(description="Mean of all returns known at the origin.")
    skill: bool = Field(description="Whether the model beats the historical mean out of sample.")
    statement: str = Field(description="What is known of the model's skill, in a sentence.")
    level: float
    lower: float | None
    upper: float | None
    coverage: float | None = Field(description="Share of past out-of-sample outcomes that the interval contained.")
    intervals: list[Interval]


class Forecasts(BaseModel):
    """The forecast of the coming session(s)."""

    origin: date = Field(description="Session at whose close the forecast was made.")
    age_sessions: int | None = Field(description="NYSE sessions that have closed since the origin.")
    model_version: str
    data_version: str
    forecast_version: str
    notes: list[str] = Field(
        description="What limits the sample of the model, which features stand aside and since when; empty where the "
        "model that made the forecast does not serve."
    )
    forecasts: list[Forecast]


class Coverage(BaseModel):
    """How many outcomes an interval held."""

    level: float
    n: int
    coverage: float | None


class RunningScore(BaseModel):
    """The forecasts of one horizon against what came; null where nothing is known yet."""

    horizon: int
    n: int = Field(description="Forecasts with an outcome.")
    pending: int = Field(description="Forecasts without one.")
    r2_os: float | None = Field(description="Share of the historical mean's squared error that was saved.")
    hit_rate: float | None
    coverage: list[Coverage]


class TrackRecord(BaseModel):
    """The forecast ledger: what was forecast, what came of it, and the score to date."""

    scores: list[RunningScore]
    forecasts: list[dict[str, Any]] = Field(description="Rows of the ledger, newest last, bounds as lower_90.")


class ModelDescription(BaseModel):
    """The version that serves, and its model card."""

    version: str
    created_at: datetime
    features: list[str] = Field(description="Names in the order of a row.")
    horizons: list[int]
    levels: list[float] = Field(description="Levels of the intervals there are.")
    served_from: dict[str, str] = Field(description="Per horizon: arrays, or estimator.")
    card: dict[str, Any]


class StoredVersion(BaseModel):
    """A version that can be asked for by name."""

    version: str
    created_at: datetime
    current: bool
    last_session: date | None


class StoredVersions(BaseModel):
    """The versions that can be asked for, newest first."""

    current: str | None
    versions: list[StoredVersion]


class InferenceServer(BaseModel):
    """The server, as the Open Inference Protocol describes one."""

    name: str
    version: str
    extensions: list[str]


class TensorDescription(BaseModel):
    """A tensor that a model takes or gives; -1 is any number of rows."""

    name: str
    datatype: str
    shape: list[int]
    parameters: dict[str, Any] | None = None


class InferenceModel(BaseModel):
    """A model, as the Open Inference Protocol describes one."""

    name: str
    versions: list[str]
    platform: str
    inputs: list[TensorDescription]
    outputs: list[TensorDescription]
    parameters: dict[str, Any]


class ModelReady(BaseModel):
    """Whether a model answers."""

    name: str
    version: str
    ready: bool


class RepositoryEntry(BaseModel):
    """A model of the repository."""

    name: str
    version: str
    state: str
    reason: str
