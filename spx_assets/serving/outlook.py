"""The stored forecast as `/v1/forecast` answers it: from its JSON document, without reading a table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from spx_assets.errors import DataRefused
from spx_assets.serving.predictor import USUAL_LEVEL
from spx_assets.serving.problems import Problem
from spx_assets.store import Artifact

FORECAST_ASSET = "next_forecast"
FORECAST_FILE = "next_forecast.json"
NEW_YORK = ZoneInfo("America/New_York")
CLOSE = time(16)


@dataclass(frozen=True)
class Outlook:
    """One version of `next_forecast`: what all horizons share, and an entry per horizon."""

    version: str
    created_at: datetime
    shared: Mapping[str, Any]
    entries: Mapping[int, Mapping[str, Any]]
    closures: tuple[date, ...] | None = None

    @property
    def origin(self) -> date:
        """The session at whose close the forecast was made."""
        return date.fromisoformat(self.shared["origin"])

    def age_sessions(self, now: datetime) -> int | None:
        """NYSE sessions that have closed since the origin; None where the document does not tell the closures."""
        if self.closures is None:
            return None
        begin, end = self.origin + timedelta(1), _last_closed_day(now) + timedelta(1)
        return max(0, int(np.busday_count(begin, end, holidays=self.closures)))

    def document(self, horizon: int | None) -> dict[str, Any]:
        """The answer for one horizon, or for all; Problem 404 naming the horizons there are."""
        if horizon is not None and horizon not in self.entries:
            known = ", ".join(map(str, self.entries))
            raise Problem(404, "There is no forecast for that horizon.", field="horizon", way_out=f"Give {known}.")
        chosen = self.entries.values() if horizon is None else [self.entries[horizon]]
        return {**self.shared, "forecast_version": self.version, "forecasts": list(chosen)}


def outlook(artifact: Artifact) -> Outlook:
    """The outlook in an artifact; DataRefused when it was written without its document."""
    data = artifact.files.get(FORECAST_FILE)
    if data is None:
        raise DataRefused(
            f"{FORECAST_ASSET} {artifact.version} has no {FORECAST_FILE}",
            evidence="an earlier release wrote it",
            way_out="`spx run` writes it anew.",
        )
    document = json.loads(data)
    entries = {entry["horizon"]: _with_usual_interval(entry) for entry in document.pop("forecasts")}
    closures = document.pop("closures", None)
    return Outlook(
        version=artifact.version,
        created_at=datetime.fromisoformat(artifact.manifest.created_at),
        shared=document,
        entries=entries,
        closures=None if closures is None else tuple(map(date.fromisoformat, closures)),
    )


def with_coverage(entry: Mapping[str, Any], card: Mapping[str, Any]) -> dict[str, Any]:
    """The entry with the share of past out-of-sample outcomes that each of its intervals contained, by the card."""
    shares = card.get("horizons", {}).get(str(entry["horizon"]), {}).get("interval_coverage", {})

    def known(level: float) -> float | None:
        share: float | None = shares.get(f"{100 * level:g}")
        return share

    intervals = [{**each, "coverage": known(each["level"])} for each in entry["intervals"]]
    usual = {"coverage": known(entry["level"])} if "level" in entry else {}
    return {**entry, **usual, "intervals": intervals}


def _last_closed_day(now: datetime) -> date:
    """The last day whose 16:00 in New York has passed."""
    there = now.astimezone(NEW_YORK)
    return there.date() if there.time() >= CLOSE else there.date() - timedelta(1)


def _with_usual_interval(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The entry with the interval that most readers want beside the forecast, as `/v1/predictions` gives it."""
    intervals = entry["intervals"]
    usual: Mapping[str, Any] = min(intervals, key=lambda each: abs(each["level"] - USUAL_LEVEL), default={})
    return {**{name: value for name, value in entry.items() if name != "intervals"}, **usual, "intervals": intervals}
