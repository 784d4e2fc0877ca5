"""Fitted models in the formats of other tools: written for them, never read here."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

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
            fitted.estimator,
            initial_types=[("features", DoubleTensorType(shape))],
            options={},
        )
    except Exception as error:  # the converter raises many types of its own
        raise UsageError(
            f"skl2onnx cannot convert {fitted.name}", evidence=str(error), way_out="Use --format joblib."
        ) from error
    return bytes(graph.SerializeToString())


ENCODERS: Mapping[str, Callable[[FittedModel], bytes]] = {"joblib": joblib_file, "onnx": onnx_file}
