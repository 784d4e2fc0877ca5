"""Fitted models in the formats of other tools: written for them, never read here."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from spx_assets.errors import UsageError
from spx_assets.forecasting import FittedModel


def joblib_file(fitted: FittedModel) -> bytes:
    """A joblib file of the scikit-learn estimator; load it only where you trust who sent it."""
    import joblib  # noqa: PLC0415  # only this export needs it

    buffer = io.BytesIO()
    joblib.dump(fitted.estimator, buffer)
    return buffer.getvalue()


def onnx_file(fitted: FittedModel) -> bytes:
    """An ONNX graph in double precision, one input `features` of shape [n, p].

    Raises:
        UsageError: when skl2onnx is not installed, or cannot convert this estimator.

    """
    try:
        import skl2onnx  # noqa: PLC0415  # an extra
        from skl2onnx.common.data_types import DoubleTensorType  # noqa: PLC0415
    except ImportError as error:
        raise UsageError("ONNX needs the package skl2onnx", way_out="pip install 'spx-assets[onnx]'") from error
    shape = [None, len(fitted.features)]
    try:
        graph = skl2onnx.to_onnx(
            _convertible(fitted.estimator),
            initial_types=[("features", DoubleTensorType(shape))],
        )
    except Exception as error:  # the converter raises many types of its own
        raise UsageError(
            f"skl2onnx cannot convert {fitted.name}", evidence=str(error), way_out="Use --format joblib."
        ) from error
    return bytes(graph.SerializeToString())


def _convertible(estimator: Any) -> Any:
    """The estimator; for the historical mean, which skl2onnx cannot convert, the line that equals it."""
    from sklearn.dummy import DummyRegressor  # noqa: PLC0415  # only this export needs it
    from sklearn.linear_model import LinearRegression  # noqa: PLC0415

    if not isinstance(estimator, DummyRegressor):
        return estimator
    line = LinearRegression()
    line.coef_ = np.zeros(estimator.n_features_in_)
    line.intercept_ = np.ravel(estimator.constant_)[0]
    line.n_features_in_ = estimator.n_features_in_
    return line


ENCODERS: Mapping[str, Callable[[FittedModel], bytes]] = {"joblib": joblib_file, "onnx": onnx_file}
