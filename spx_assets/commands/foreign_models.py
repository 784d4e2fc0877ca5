"""Fitted models in the formats of other tools: written for them, never read here."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from spx_assets.compiled import Linear, Trees
from spx_assets.errors import UsageError
from spx_assets.forecasting import FittedModel
from spx_assets.forecasting.compiled import form_of, is_cut_at_zero


def joblib_file(fitted: FittedModel) -> bytes:
    """A joblib file of the scikit-learn estimator; load it only where you trust who sent it."""
    import joblib  # noqa: PLC0415  # only this export needs it

    buffer = io.BytesIO()
    joblib.dump(fitted.estimator, buffer)
    return buffer.getvalue()


def onnx_file(fitted: FittedModel) -> bytes:
    """An ONNX graph in double precision: input `features` [n, p], output `forecast` [n, 1].

    It is built from the arrays that serve, so that every candidate with such arrays can be exported; any other
    estimator is left to skl2onnx.

    Raises:
        UsageError: when the extra `onnx` is not installed, or skl2onnx cannot convert the estimator.

    """
    try:
        import onnx  # noqa: F401, PLC0415  # an extra
    except ImportError as error:
        raise UsageError(
            "ONNX needs the packages onnx and skl2onnx", way_out="pip install 'spx-assets[onnx]'"
        ) from error
    form = form_of(fitted.estimator, len(fitted.features))
    if form is None:
        return _converted(fitted)
    return _graph(form, len(fitted.features), never_negative=is_cut_at_zero(fitted.estimator))


def _converted(fitted: FittedModel) -> bytes:
    """The graph that skl2onnx makes of an estimator without compiled arrays."""
    try:
        import skl2onnx  # noqa: PLC0415  # an extra
        from skl2onnx.common.data_types import DoubleTensorType  # noqa: PLC0415

        inputs = [("features", DoubleTensorType([None, len(fitted.features)]))]
        graph = skl2onnx.to_onnx(fitted.estimator, initial_types=inputs)
    except Exception as error:  # the converter raises many types of its own
        raise UsageError(
            f"skl2onnx cannot convert {fitted.name}", evidence=str(error)[:300], way_out="Use --format joblib."
        ) from error
    return bytes(graph.SerializeToString())


def _graph(form: Linear | Trees, features: int, *, never_negative: bool) -> bytes:
    """Standardise, apply the linear map or the trees, and cut at zero where the model does."""
    from onnx import TensorProto, checker, helper, numpy_helper  # noqa: PLC0415  # an extra

    constants = {"mean": form.mean, "scale": form.scale}
    nodes = [
        helper.make_node("Sub", ["features", "mean"], ["centred"]),
        helper.make_node("Div", ["centred", "scale"], ["standardised"]),
    ]
    if isinstance(form, Linear):
        constants |= {"coefficients": form.coefficients[:, None], "intercept": np.array([form.intercept])}
        nodes += [
            helper.make_node("MatMul", ["standardised", "coefficients"], ["product"]),
            helper.make_node("Add", ["product", "intercept"], ["unrestricted"]),
        ]
    else:
        constants |= {"baseline": np.array([form.baseline]), "divisor": np.array([form.divisor])}
        nodes += _tree_nodes(form)
    constants |= {"zero": np.zeros(1)} if never_negative else {}
    last = ("Max", ["unrestricted", "zero"]) if never_negative else ("Identity", ["unrestricted"])
    nodes.append(helper.make_node(*last, ["forecast"]))
    graph = helper.make_graph(
        nodes,
        "spx",
        [helper.make_tensor_value_info("features", TensorProto.DOUBLE, [None, features])],
        [helper.make_tensor_value_info("forecast", TensorProto.DOUBLE, [None, 1])],
        [numpy_helper.from_array(np.asarray(value, dtype=np.float64), name) for name, value in constants.items()],
    )
    versions = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 5)]
    model = helper.make_model(graph, opset_imports=versions, ir_version=10, producer_name="spx_assets")
    checker.check_model(model)
    return bytes(model.SerializeToString())


def _tree_nodes(form: Trees) -> list[Any]:
    """(baseline + sum of the trees) / divisor; forests compare values rounded to single precision."""
    from onnx import TensorProto, helper  # noqa: PLC0415  # an extra

    rounding = [
        helper.make_node("Cast", ["standardised"], ["single"], to=TensorProto.FLOAT),
        helper.make_node("Cast", ["single"], ["compared"], to=TensorProto.DOUBLE),
    ]
    exact = [helper.make_node("Identity", ["standardised"], ["compared"])]
    return [
        *(rounding if form.single else exact),
        helper.make_node("TreeEnsemble", ["compared"], ["sum"], domain="ai.onnx.ml", **_tree_attributes(form)),
        helper.make_node("Add", ["sum", "baseline"], ["total"]),
        helper.make_node("Div", ["total", "divisor"], ["unrestricted"]),
    ]


def _tree_attributes(form: Trees) -> dict[str, Any]:
    """The node arrays as ONNX's TreeEnsemble has them: inner nodes and leaves numbered apart.

    A tree that is one leaf becomes a node whose two branches lead to it, as the operator's specification asks.
    """
    from onnx import numpy_helper  # noqa: PLC0415  # an extra

    leaf = form.feature < 0
    inner = ~leaf
    inner[form.roots] = True
    inner_number, leaf_number = np.cumsum(inner) - 1, np.cumsum(leaf) - 1

    def branch(children: Any) -> dict[str, list[int]]:
        ends = leaf[children[inner]]
        numbers = np.where(ends, leaf_number[children[inner]], inner_number[children[inner]])
        return {"leafs": ends.astype(int).tolist(), "nodeids": numbers.tolist()}

    left, right = branch(form.left), branch(form.right)
    return {
        "n_targets": 1,
        "aggregate_function": 1,  # the sum
        "tree_roots": inner_number[form.roots].tolist(),
        "nodes_featureids": np.maximum(form.feature, 0)[inner].tolist(),
        "nodes_splits": numpy_helper.from_array(form.threshold[inner]),
        "nodes_modes": numpy_helper.from_array(np.zeros(int(inner.sum()), dtype=np.uint8)),  # true where x <= split
        "nodes_trueleafs": left["leafs"],
        "nodes_truenodeids": left["nodeids"],
        "nodes_falseleafs": right["leafs"],
        "nodes_falsenodeids": right["nodeids"],
        "leaf_targetids": [0] * int(leaf.sum()),
        "leaf_weights": numpy_helper.from_array(form.value[leaf]),
    }


ENCODERS: Mapping[str, Callable[[FittedModel], bytes]] = {"joblib": joblib_file, "onnx": onnx_file}
