"""The stored forecast as `/v1/forecast` answers it: from its JSON document, without reading a table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from spx_assets.errors import DataRefused
from spx_assets.serving.predictor import USUAL_LEVEL
from spx_assets.serving.problems import Problem
from spx_assets.store import Artifact

FORECAST_ASSET = "next_forecast"
FORECAST_FILE = "next_forecast.json"


@dataclass(frozen=True)
class Outlook:
    """One version of `next_forecast`: what all horizons share, and an entry per horizon."""

    version: str
    created_at: datetime
    shared: Mapping[str, Any]
    entries: Mapping[int, Mapping[str, Any]]

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
    return Outlook(artifact.version, datetime.fromisoformat(artifact.manifest.created_at), document, entries)


def _with_usual_interval(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The entry with the interval that most readers want beside the forecast, as `/v1/predictions` gives it."""
    intervals = entry["intervals"]
    usual: Mapping[str, Any] = min(intervals, key=lambda each: abs(each["level"] - USUAL_LEVEL), default={})
    return {**{name: value for name, value in entry.items() if name != "intervals"}, **usual, "intervals": intervals}
