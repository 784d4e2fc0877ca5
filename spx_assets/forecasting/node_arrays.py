"""scikit-learn's regression trees as node arrays: forests, single trees and histogram boosting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from spx_assets.compiled import Trees
from spx_assets.forecasting.panel import Floats


class Nodes(NamedTuple):
    """One tree's nodes: feature −1 at leaves, children by number within the tree."""

    feature: Any
    threshold: Any
    left: Any
    right: Any
    value: Any


def trees_of(estimator: Any, mean: Floats, scale: Floats) -> Trees | None:
    """The trees of an estimator fed with (x − mean)/scale; None where it is no sum of trees that split on numbers.

    Histogram boosting with categories, or with a loss that is not on the scale of the target, is none.
    """
    from sklearn.ensemble import HistGradientBoostingRegressor  # noqa: PLC0415 - scikit-learn costs 0.8 CPU-s
    from sklearn.ensemble._forest import ForestRegressor  # noqa: PLC0415 - as above
    from sklearn.tree import DecisionTreeRegressor  # noqa: PLC0415 - as above

    if isinstance(estimator, ForestRegressor) and estimator.n_outputs_ == 1:
        nodes = [_of_tree(each.tree_) for each in estimator.estimators_]
        return _joined(nodes, mean, scale, divisor=float(len(nodes)), single=True)
    if isinstance(estimator, DecisionTreeRegressor) and estimator.n_outputs_ == 1:
        return _joined([_of_tree(estimator.tree_)], mean, scale, single=True)
    if isinstance(estimator, HistGradientBoostingRegressor) and _on_the_scale_of_the_target(estimator):
        nodes = [_of_boosting(stage[0].nodes) for stage in estimator._predictors]  # noqa: SLF001 - no public name
        return _joined(nodes, mean, scale, baseline=float(np.ravel(estimator._baseline_prediction)[0]))  # noqa: SLF001
    return None


def _on_the_scale_of_the_target(boosting: Any) -> bool:
    return boosting.loss in {"squared_error", "absolute_error", "quantile"} and boosting.is_categorical_ is None


def _of_tree(tree: Any) -> Nodes:
    leaf = tree.children_left < 0
    feature = np.where(leaf, -1, tree.feature)
    return Nodes(feature, tree.threshold, tree.children_left, tree.children_right, tree.value[:, 0, 0])


def _of_boosting(nodes: Any) -> Nodes:
    feature = np.where(nodes["is_leaf"], -1, nodes["feature_idx"])
    return Nodes(feature, nodes["num_threshold"], nodes["left"], nodes["right"], nodes["value"])


def _joined(
    trees: Sequence[Nodes],
    mean: Floats,
    scale: Floats,
    *,
    baseline: float = 0.0,
    divisor: float = 1.0,
    single: bool = False,
) -> Trees:
    """All trees one behind the other: children numbered over all nodes, leaves their own children."""
    sizes = [len(tree.feature) for tree in trees]
    roots = np.cumsum([0, *sizes[:-1]])
    leaf = np.concatenate([tree.feature for tree in trees]) < 0
    own, begins = np.arange(sum(sizes)), np.repeat(roots, sizes)
    left, right = (np.concatenate([getattr(tree, side) for tree in trees]) + begins for side in ("left", "right"))
    return Trees(
        mean=mean,
        scale=scale,
        feature=np.concatenate([tree.feature for tree in trees]).astype(np.int32),
        threshold=np.where(leaf, 0.0, np.nan_to_num(np.concatenate([tree.threshold for tree in trees]))),
        left=np.where(leaf, own, left).astype(np.int32),
        right=np.where(leaf, own, right).astype(np.int32),
        value=np.concatenate([tree.value for tree in trees]).astype(np.float64),
        roots=roots.astype(np.int32),
        baseline=baseline,
        divisor=divisor,
        single=single,
    )
