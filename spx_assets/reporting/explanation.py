"""What the model uses: standardised coefficients per horizon, and how its features go together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spx_assets.features import feature_names
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.arrays import Numbers, numbers

BASIS_POINTS = 1e4


@dataclass(frozen=True, eq=False)
class Coefficients:
    """Effect of one standard deviation of each feature on the forecast, in basis points of log return.

    Rows are features, strongest on average first; columns are horizons, each with the model they are of and
    whether it is the one that serves.
    """

    features: tuple[str, ...]
    horizons: tuple[int, ...]
    models: tuple[str, ...]
    deployed: tuple[bool, ...]
    effects: Numbers


@dataclass(frozen=True, eq=False)
class Correlation:
    """Pearson correlations of the features, ordered so that what moves together stands together."""

    features: tuple[str, ...]
    matrix: Numbers
    constant: tuple[str, ...]
    sessions: int


def coefficients(
    by_horizon: Mapping[int, tuple[str, Mapping[str, float]]], deployed: Mapping[int, str]
) -> Coefficients | Absent:
    """From each horizon's (model, feature → standardised coefficient in log return) and what serves there."""
    found = {horizon: pair for horizon, pair in sorted(by_horizon.items()) if pair[1]}
    if not found:
        return Absent("The model card carries no coefficients: no linear candidate was fitted.")
    table = pd.DataFrame({horizon: dict(effects) for horizon, (_, effects) in found.items()})
    strength = (table.abs() / table.abs().max()).mean(axis=1)
    ordered = table.loc[strength.sort_values(ascending=False, kind="stable").index]
    return Coefficients(
        tuple(ordered.index),
        tuple(found),
        tuple(model for model, _ in found.values()),
        tuple(deployed.get(horizon) == model for horizon, (model, _) in found.items()),
        numbers(BASIS_POINTS * ordered.to_numpy(dtype=np.float64)),
    )


def correlation(cleaned: pd.DataFrame) -> Correlation | Absent:
    """Feature correlations, ordered by average linkage on 1 - |r| with optimal leaves (Bar-Joseph 2001)."""
    # Imported here: a third of a CPU-second that no other command needs.
    from scipy.cluster.hierarchy import leaves_list, linkage  # noqa: PLC0415  # see above

    values = cleaned[list(feature_names(cleaned))].astype(np.float64)
    spread = values.std()
    constant = tuple(spread.index[~(spread > 0)])
    varying = values.drop(columns=list(constant))
    if varying.shape[1] < 2 or len(varying) < 2:
        return Absent("Fewer than two features vary: there is no correlation to show.")
    matrix = np.clip(np.corrcoef(varying.to_numpy(), rowvar=False), -1.0, 1.0)
    distance = (1.0 - np.abs(matrix))[np.triu_indices(len(matrix), 1)]
    order = leaves_list(linkage(distance, method="average", optimal_ordering=True))
    names = tuple(varying.columns[place] for place in order)
    return Correlation(names, numbers(matrix[np.ix_(order, order)]), constant, len(varying))
