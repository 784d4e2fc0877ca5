"""What the report was made from: the window of the data, the fitted models, the versions of every input."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import Any

import pandas as pd

from spx_assets.features import feature_names

# What computes and draws; another version may round or hyphenate differently.
LIBRARIES = ("spx_assets", "numpy", "pandas", "scipy", "scikit-learn", "matplotlib")


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
    age_sessions: int | None = None


def window(observations: pd.DataFrame, cleaned: pd.DataFrame, age_sessions: int | None = None) -> Window:
    """The window of the data, empty tables included; `age_sessions` is how old its last session is."""
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
        age_sessions,
    )


def version_rows(versions: Mapping[str, str], inputs: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Asset and version of everything named: the report's own inputs, then what else the model card names."""
    further = {asset: version for asset, version in inputs.items() if asset not in versions}
    return (*versions.items(), *further.items())


@dataclass(frozen=True)
class Digest:
    """One input of the report: its rows (of a card: its entries) and 16 hex digits of the SHA-256 over its values."""

    name: str
    rows: int
    sha256: str


def digests(tables: Mapping[str, pd.DataFrame | None], card: Mapping[str, Any]) -> tuple[Digest, ...]:
    """What every table and the card held, whatever file it came from: equal values, equal digest."""
    made = [Digest(name, len(table), _of_table(table)) for name, table in tables.items() if table is not None]
    text = json.dumps(card, sort_keys=True, default=str).encode()
    return (*made, Digest("model card", len(card), hashlib.sha256(text).hexdigest()[:16]))


def _of_table(table: pd.DataFrame) -> str:
    digest = hashlib.sha256(" ".join(map(str, table.columns)).encode())
    digest.update(pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes())
    return digest.hexdigest()[:16]


def software() -> tuple[tuple[str, str], ...]:
    """The versions of what computed and drew the report."""
    return tuple((name, version(name)) for name in LIBRARIES)
