"""What the report was made from: the window of the data, the fitted models, the versions of every input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from spx_assets.features import feature_names


@dataclass(frozen=True)
class Window:
    """Sessions of `cleaned_data`, its features, the observations behind it and the instant of the newest."""

    sessions: int
    first_session: date | None
    last_session: date | None
    features: int
    observations: int
    series: int
    known_until: str


def window(observations: pd.DataFrame, cleaned: pd.DataFrame) -> Window:
    """The window of the data, empty tables included."""
    sessions = pd.DatetimeIndex(cleaned["session"])
    newest = observations["known_at"].max()
    return Window(
        len(sessions),
        sessions.min().date() if len(sessions) else None,
        sessions.max().date() if len(sessions) else None,
        len(feature_names(cleaned)),
        len(observations),
        int(observations["series"].nunique()),
        "" if pd.isna(newest) else f"{newest:%Y-%m-%d %H:%M} UTC",
    )


def version_rows(versions: Mapping[str, str], inputs: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Asset and version of everything named: the report's own inputs, then what else the model card names."""
    further = {asset: version for asset, version in inputs.items() if asset not in versions}
    return (*versions.items(), *further.items())
