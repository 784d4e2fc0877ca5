"""One row of the forecast ledger as a value: what was forecast, by which versions, and what came of it.

No database lives here: whoever makes or shows forecasts imports this alone, and fast. Returns are log returns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

LOWER, UPPER = "lower_", "upper_"


@dataclass(frozen=True)
class LedgerRow:
    """A forecast as it was made; `realised` and `realised_at` are None until the target session has closed.

    `lower` and `upper` hold a bound per interval level (0.9); None where too few errors were known for one.
    """

    origin: date
    target_session: date
    horizon: int
    model: str
    model_version: str
    data_version: str
    forecast: float
    benchmark: float
    made_at: datetime
    lower: Mapping[float, float | None] = field(default_factory=dict)
    upper: Mapping[float, float | None] = field(default_factory=dict)
    realised: float | None = None
    realised_at: datetime | None = None

    @classmethod
    def of(cls, record: Mapping[str, Any], *, made_at: datetime) -> LedgerRow:
        """The row of a record with the columns of `next_forecast`; others are left out."""
        return cls(
            origin=_day(record["origin"]),
            target_session=_day(record["target_session"]),
            horizon=int(record["horizon"]),
            model=str(record["model"]),
            model_version=str(record["model_version"]),
            data_version=str(record["data_version"]),
            forecast=float(record["forecast"]),
            benchmark=float(record["benchmark"]),
            made_at=made_at,
            lower=_bounds(record, LOWER),
            upper=_bounds(record, UPPER),
        )

    @property
    def key(self) -> tuple[date, int, str]:
        """What there is one row of: origin, horizon, model version."""
        return self.origin, self.horizon, self.model_version

    def record(self) -> dict[str, Any]:
        """Every column by name, bounds as `lower_90`; dates and instants as ISO 8601."""
        bounds = {
            f"{prefix}{100 * level:g}": bound
            for level in sorted(self.lower)
            for prefix, bound in ((LOWER, self.lower[level]), (UPPER, self.upper[level]))
        }
        return {
            "origin": self.origin.isoformat(),
            "target_session": self.target_session.isoformat(),
            "horizon": self.horizon,
            "model": self.model,
            "model_version": self.model_version,
            "data_version": self.data_version,
            "forecast": self.forecast,
            "benchmark": self.benchmark,
            **bounds,
            "made_at": self.made_at.isoformat(),
            "realised": self.realised,
            "realised_at": None if self.realised_at is None else self.realised_at.isoformat(),
        }


@dataclass(frozen=True)
class Outcome:
    """The return that followed an origin over a horizon, and the instant at which it was first known."""

    origin: date
    horizon: int
    realised: float
    realised_at: datetime


@dataclass(frozen=True)
class Pending:
    """A span whose return the ledger still waits for."""

    origin: date
    target_session: date
    horizon: int


@dataclass(frozen=True)
class Quarantined:
    """A row that was moved out of the ledger: its number there, its columns as JSON, why and when."""

    row_id: int
    content: str
    reason: str
    quarantined_at: datetime


def _bounds(record: Mapping[str, Any], prefix: str) -> dict[float, float | None]:
    names = [name for name in record if name.startswith(prefix)]
    return {_level(name.removeprefix(prefix)): _number(record[name]) for name in names}


def _level(percent: str) -> float:
    # 97.5 / 100 has a last digit of its own; the level is what was written.
    return round(float(percent) / 100, 12)


def _number(value: Any) -> float | None:
    return None if value is None or value != value else float(value)  # noqa: PLR0124  # NaN is not itself


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
