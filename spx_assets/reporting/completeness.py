"""How complete the features are: sessions without a value, since when each is known, and how many bring no new one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from spx_assets.features import feature_names


@dataclass(frozen=True)
class FeatureGap:
    """One feature's sessions without a value, and the first session with one (None when there is none).

    `unchanged` counts the sessions with the very value of the session before: a monthly series with nothing new, but
    also a flag of the calendar or a drawdown of zero.
    """

    name: str
    missing: int
    first: date | None
    unchanged: int


def completeness(cleaned: pd.DataFrame) -> tuple[FeatureGap, ...]:
    """Every feature of `cleaned_data`, in its order."""
    sessions = pd.DatetimeIndex(cleaned["session"])
    features = cleaned[list(feature_names(cleaned))]
    unchanged = (features == features.shift()).sum().to_numpy()
    return tuple(
        FeatureGap(str(name), int((~has).sum()), sessions[has.to_numpy()][0].date() if has.any() else None, int(stood))
        for (name, has), stood in zip(features.notna().items(), unchanged, strict=True)
    )
