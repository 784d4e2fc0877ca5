"""The predictors and the target of a forecast, aligned by origin and checked once.

NaN means "not known" and is allowed; infinities, wrong shapes and misaligned indexes are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from spx_assets.errors import DataRefused, UsageError

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Matrix = Floats | pd.DataFrame
Vector = Floats | pd.Series


@dataclass(frozen=True, eq=False)
class Panel:
    """Predictors `X` (n, p) and target `y` (n,), where y[t] follows what X[t] describes."""

    X: Floats
    y: Floats
    index: pd.Index
    columns: pd.Index | None

    @classmethod
    def of(cls, X: Matrix, y: Vector) -> Panel:
        """Check and align; raises UsageError for shapes and indexes, DataRefused for infinities."""
        matrix, vector = _floats("X", X), _floats("y", y)
        if matrix.ndim != 2 or vector.ndim != 1 or len(matrix) != len(vector) or matrix.shape[1] == 0:
            raise UsageError(
                "X and y do not fit together",
                evidence=f"X has shape {matrix.shape}, y has shape {vector.shape}",
                way_out="X is (rows, predictors) and y is (rows,), row by row.",
            )
        if isinstance(X, pd.DataFrame) and isinstance(y, pd.Series) and not X.index.equals(y.index):
            raise UsageError("X and y have different indexes", way_out="Align them on the forecast origin.")
        for name, values in (("X", matrix), ("y", vector)):
            _refuse_infinite(name, values)
        index = X.index if isinstance(X, pd.DataFrame) else pd.RangeIndex(len(matrix))
        return cls(matrix, vector, index, X.columns if isinstance(X, pd.DataFrame) else None)

    @cached_property
    def described(self) -> Flags:
        """Rows whose predictors are all known: only these can be forecast."""
        return np.asarray(~np.isnan(self.X).any(axis=1))

    @cached_property
    def complete(self) -> Flags:
        """Rows whose predictors and target are all known: only these can be learned from."""
        return self.described & ~np.isnan(self.y)

    def table(self, rows: npt.NDArray[np.intp]) -> Matrix:
        """The predictors of some rows, with their names when they came with names."""
        return self.X[rows] if self.columns is None else pd.DataFrame(self.X[rows], columns=self.columns)


def known_mean(y: Floats, horizon: int, origins: npt.NDArray[np.intp]) -> Floats:
    """Mean of the outcomes known at each origin t, y[0 .. t − horizon], leaving out NaN: the benchmark."""
    known = ~np.isnan(y)
    if not known.any():
        return np.full(len(origins), np.nan)
    # Sums of deviations from one outcome keep their digits when the mean is far from zero.
    anchor = y[known][0]
    total = np.cumsum(np.where(known, y - anchor, 0.0))
    count = np.cumsum(known)
    last = np.maximum(origins - horizon, 0)
    some = (origins >= horizon) & (count[last] > 0)
    return np.asarray(anchor + total[last] / np.where(some, count[last], np.nan))


def _floats(name: str, values: Matrix | Vector) -> Floats:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise UsageError(f"{name} is not a table of numbers", evidence=str(error)) from error


def _refuse_infinite(name: str, values: Floats) -> None:
    if np.isinf(values).any():
        row = int(np.argwhere(np.isinf(values))[0][0])
        raise DataRefused(
            f"{name} holds an infinite value",
            evidence=f"first at row {row}",
            way_out="Leave what is not known as NaN.",
        )
