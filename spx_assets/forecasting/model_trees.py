"""Trees in a model file: bytes without padding that means nothing, and indices that lead nowhere else.

scikit-learn walks a tree's node array without looking where an index points, so a crafted file could crash whoever
predicts with it. What is read here has children after their parents and features that the model has.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt

Nodes = npt.NDArray[Any]


def is_node_array(dtype: np.dtype[Any]) -> bool:
    """Whether an array of that type holds one number per field: the nodes of a tree."""
    parts = [] if dtype.fields is None else [part[0] for part in dtype.fields.values()]
    return bool(parts) and all(part.kind in "fiub" and part.shape == () for part in parts)


def without_padding(content: bytes) -> bytes:
    """The same .npy, with zeros between the fields of a node, where memory may have held anything."""
    array = np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
    if array.dtype.fields is None:
        return content
    clean = np.zeros(array.shape, array.dtype)
    for name in array.dtype.names or ():
        clean[name] = array[name]
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, clean, version=(1, 0), allow_pickle=False)
    return buffer.getvalue()


def misled(estimator: Any) -> str:
    """What is wrong with the first tree of an estimator that leads out of its own nodes or features; else empty."""
    core = predicting(estimator)
    trees = _trees(core)
    features = int(core.n_features_in_) if trees else 0
    for position, (nodes, inside, children, feature) in enumerate(trees):
        place = np.flatnonzero(inside)
        for name in children:
            reached = nodes[name][place].astype(np.int64)
            if np.any(reached <= place) or np.any(reached >= len(nodes)):
                return f"tree {position} has a child before its parent or beyond its nodes"
        used = nodes[feature][place].astype(np.int64)
        if np.any(used < 0) or np.any(used >= features):
            return f"tree {position} asks for a feature beyond the {features} of the model"
        if "is_categorical" in (nodes.dtype.names or ()) and nodes["is_categorical"].any():
            return f"tree {position} splits on a category"
    return ""


def predicting(estimator: Any) -> Any:
    """The estimator itself, without what scales before it and cuts after it."""
    while hasattr(estimator, "steps") or hasattr(estimator, "regressor"):
        estimator = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator.regressor
    return estimator


def _trees(estimator: Any) -> list[tuple[Nodes, npt.NDArray[np.bool_], tuple[str, str], str]]:
    """Node array, which nodes split, and the names of children and feature, of every tree."""
    if hasattr(estimator, "estimators_"):
        arrays = [tree.tree_.__getstate__()["nodes"] for tree in estimator.estimators_]
        return [(each, each["left_child"] != -1, ("left_child", "right_child"), "feature") for each in arrays]
    stages = getattr(estimator, "_predictors", ())
    arrays = [predictor.nodes for stage in stages for predictor in stage]
    return [(each, each["is_leaf"] == 0, ("left", "right"), "feature_idx") for each in arrays]
