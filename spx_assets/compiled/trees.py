"""A sum of regression trees as node arrays, walked exactly as scikit-learn walks them.

f(x) = (baseline + Σ leaf values, in the order of the trees) / divisor. Node i goes left when x[feature] ≤ threshold,
compared in double precision; forests round x to single precision first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import sub, truediv

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int32]

ROWS_AT_A_TIME = 512  # with their path they stay in the processor's cache


@dataclass(frozen=True, eq=False)
class Trees:
    """Node arrays (m,) of all trees one behind the other, and the node at which each tree begins.

    Leaves have feature −1 and are their own children; every other child stands behind its parent, so that each walk
    ends. `mean` and `scale` (p,) standardise a row before anything else.
    """

    mean: Floats
    scale: Floats
    feature: Integers
    threshold: Floats
    left: Integers
    right: Integers
    value: Floats
    roots: Integers
    baseline: float
    divisor: float
    single: bool
    _nested: list[object] = field(init=False, repr=False)
    _scaled: bool = field(init=False, repr=False)
    _depths: list[int] = field(init=False, repr=False)
    _looks_at: npt.NDArray[np.int64] = field(init=False, repr=False)
    _children: npt.NDArray[np.int64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_nested", self._as_tuples())
        object.__setattr__(self, "_depths", self._depths_of_roots())
        # A leaf looks at any feature and leads back to itself: all rows walk as far as the deepest.
        object.__setattr__(self, "_looks_at", np.maximum(self.feature, 0).astype(np.int64))
        object.__setattr__(self, "_children", np.stack([self.left, self.right], axis=1).ravel().astype(np.int64))
        object.__setattr__(self, "_scaled", bool((self.mean != 0).any() or (self.scale != 1).any()))

    def forecast(self, rows: Floats) -> Floats:
        """Forecasts (n,) of rows (n, p)."""
        made = np.empty(len(rows))
        for start in range(0, len(rows), ROWS_AT_A_TIME):
            part = slice(start, start + ROWS_AT_A_TIME)
            made[part] = self._walk(self._prepared(rows[part]))
        return made

    def forecast_one(self, row: Sequence[float]) -> float:
        """The forecast of one row of p plain floats."""
        if self._scaled:
            row = list(map(truediv, map(sub, row, self.mean.tolist()), self.scale.tolist()))
        if self.single:
            row = _rounded(np.array(row)).tolist()
        total = self.baseline
        for node in self._nested:
            while type(node) is tuple:
                feature, threshold, left, right = node
                node = left if row[feature] <= threshold else right  # noqa: PLW2901 - the walk
            total += node  # type: ignore[operator]  # what is no tuple is a leaf, a float
        return total / self.divisor

    def contributions(self, row: Sequence[float]) -> None:  # noqa: ARG002 - the signature of every form
        """None: a tree's forecast is no sum of parts per feature."""
        return

    def _prepared(self, rows: Floats) -> Floats:
        scaled = (rows - self.mean) / self.scale if self._scaled else rows
        return _rounded(scaled) if self.single else scaled

    def _walk(self, rows: Floats) -> Floats:
        total = np.full(len(rows), self.baseline)
        values, begins = np.ascontiguousarray(rows).ravel(), np.arange(len(rows)) * rows.shape[1]
        for root, depth in zip(self.roots.tolist(), self._depths, strict=True):
            node = np.full(len(rows), root)
            for _ in range(depth):
                goes_right = values[begins + self._looks_at[node]] > self.threshold[node]
                node = self._children[2 * node + goes_right]
            total += self.value[node]
        return total / self.divisor

    def _as_tuples(self) -> list[object]:
        """Each tree as (feature, threshold, left, right) down to its leaves, which are floats."""
        features, thresholds, values = self.feature.tolist(), self.threshold.tolist(), self.value.tolist()
        lefts, rights = self.left.tolist(), self.right.tolist()
        nodes: list[object] = list(values)
        # Children stand behind their parents: from the end, both are there when the parent is made.
        for i in range(len(nodes) - 1, -1, -1):
            if features[i] >= 0:
                nodes[i] = (features[i], thresholds[i], nodes[lefts[i]], nodes[rights[i]])
        return [nodes[root] for root in self.roots.tolist()]

    def _depths_of_roots(self) -> list[int]:
        depths = [0] * len(self.feature)
        lefts, rights = self.left.tolist(), self.right.tolist()
        for i in range(len(depths) - 1, -1, -1):
            if lefts[i] != i:
                depths[i] = 1 + max(depths[lefts[i]], depths[rights[i]])
        return [depths[root] for root in self.roots.tolist()]


def _rounded(values: Floats) -> Floats:
    """Values rounded to single precision; beyond it they are infinite, on the same side of every threshold."""
    with np.errstate(over="ignore"):
        return values.astype(np.float32).astype(np.float64)
