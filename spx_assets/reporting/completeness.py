"""How complete the features are: sessions without a value, and since when each is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from spx_assets.features import feature_names


@dataclass(frozen=True)
class FeatureGap:
    """One feature's sessions without a value, and the first session with one (None when there is none)."""

    name: str
    missing: int
    first: date | None


def completeness(cleaned: pd.DataFrame) -> tuple[FeatureGap, ...]:
    """Every feature of `cleaned_data`, in its order."""
    sessions = pd.DatetimeIndex(cleaned["session"])
    known = cleaned[list(feature_names(cleaned))].notna()
    return tuple(
        FeatureGap(str(name), int((~has).sum()), sessions[has.to_numpy()][0].date() if has.any() else None)
        for name, has in known.items()
    )
