"""A compiled model as bytes and back: which arrays there are, of which type and shape, and what they may hold.

Nothing is believed: `load` checks every array, and that the golden predictions come out, before it returns a model.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from spx_assets.compiled.archive import Array, read_arrays, write_arrays
from spx_assets.compiled.linear import Linear
from spx_assets.compiled.model import CompiledModel, Floats, Volatility
from spx_assets.compiled.trees import Trees
from spx_assets.errors import ModelRefused

FORMAT = 1
MOST_FEATURES = 10_000
LINEAR = ("mean", "scale", "coefficients", "intercept", "folded")
TREES = (
    *("mean", "scale", "feature", "threshold", "left", "right", "value", "roots"),
    *("baseline", "divisor", "single"),
)


def dumps(model: CompiledModel) -> bytes:
    """The model as a `.npz`, byte-equal for equal models."""
    arrays = {
        "format": np.array(FORMAT),
        "kind": np.array("linear" if isinstance(model.form, Linear) else "trees"),
        "horizon": np.array(model.horizon),
        "name": np.array(model.name),
        "features": np.array(model.features),
        "minima": model.minima,
        "maxima": model.maxima,
        "levels": np.array(list(model.score_quantiles), dtype=np.float64),
        "score_quantiles": np.array(list(model.score_quantiles.values()), dtype=np.float64),
        "volatility_column": np.array(model.volatility.column),
        "volatility_divisors": np.array(model.volatility.divisors),
        "volatility_multiplier": np.array(model.volatility.multiplier),
        "floor": np.array(model.floor),
        "golden_rows": model.golden_rows,
        "golden_predictions": model.golden_predictions,
    }
    return write_arrays({**arrays, **_form_arrays(model.form)})


def load(data: bytes) -> CompiledModel:
    """The model in a file of ours; ModelRefused for anything else, or when it misses its golden predictions."""
    try:
        model = _model(read_arrays(data))
    except ModelRefused:
        raise
    except KeyError as error:
        raise _of_another_release(f"it holds no {error}") from error
    except Exception as error:  # a hostile file can raise anything, anywhere in zipfile or numpy
        raise _refused(f"{type(error).__name__}: {error}") from error
    difference = model.golden_difference
    if not difference <= 1e-12 + 1e-9 * float(np.max(np.abs(model.golden_predictions))):
        raise _refused(f"largest difference from its golden predictions {difference:.3g}")
    return model


def _form_arrays(form: Linear | Trees) -> dict[str, Array]:
    names = LINEAR if isinstance(form, Linear) else TREES
    return {name: np.asarray(getattr(form, name)) for name in names}


def _model(arrays: Mapping[str, Array]) -> CompiledModel:
    if (version := _integer(arrays, "format")) != FORMAT:
        raise _of_another_release(f"its format is {version}, and {FORMAT} is read here")
    features = _features(arrays)
    p = len(features)
    golden = _floats(arrays, "golden_predictions", None)
    levels = _floats(arrays, "levels", None).tolist()
    quantiles = _floats(arrays, "score_quantiles", len(levels), finite=False).tolist()
    if not len(golden) or not all(0 < level < 1 for level in levels) or any(quantile < 0 for quantile in quantiles):
        raise _refused("no golden prediction, a level outside 0 to 1 or a negative quantile")
    return CompiledModel(
        horizon=_integer(arrays, "horizon", 1, 10_000),
        name=_text(arrays["name"], ()).item(),
        features=features,
        minima=_floats(arrays, "minima", p),
        maxima=_floats(arrays, "maxima", p),
        score_quantiles=dict(zip(levels, quantiles, strict=True)),
        volatility=Volatility(
            _integer(arrays, "volatility_column", 0, p - 1),
            tuple(_floats(arrays, "volatility_divisors", 2, positive=True).tolist()),
            _float(arrays, "volatility_multiplier"),
        ),
        golden_rows=_floats(arrays, "golden_rows", len(golden), p),
        golden_predictions=golden,
        floor=_floor(arrays),
        form=_linear(arrays, p) if _text(arrays["kind"], ()).item() == "linear" else _trees(arrays, p),
    )


def _linear(arrays: Mapping[str, Array], p: int) -> Linear:
    return Linear(
        mean=_floats(arrays, "mean", p),
        scale=_floats(arrays, "scale", p, positive=True),
        coefficients=_floats(arrays, "coefficients", p),
        intercept=_float(arrays, "intercept"),
        folded=_flag(arrays, "folded"),
    )


def _trees(arrays: Mapping[str, Array], p: int) -> Trees:
    if (kind := _text(arrays["kind"], ()).item()) != "trees":
        raise _refused(f"its kind is {kind[:40]!r}")
    nodes = len(arrays["feature"])
    feature, left, right = (_integers(arrays, name, nodes) for name in ("feature", "left", "right"))
    roots = _integers(arrays, "roots", None)
    own, leaf = np.arange(nodes), feature == -1
    walks = (left > own) & (right > own) & (left < nodes) & (right < nodes) & (feature >= 0) & (feature < p)
    ends = leaf & (left == own) & (right == own)
    if not (walks | ends).all() or not len(roots) or roots.min() < 0 or roots.max() >= nodes:
        raise _refused("a node leads outside its trees, or back")
    return Trees(
        mean=_floats(arrays, "mean", p),
        scale=_floats(arrays, "scale", p, positive=True),
        feature=feature,
        threshold=_floats(arrays, "threshold", nodes),
        left=left,
        right=right,
        value=_floats(arrays, "value", nodes),
        roots=roots,
        baseline=_float(arrays, "baseline"),
        divisor=float(_floats(arrays, "divisor", positive=True)),
        single=_flag(arrays, "single"),
    )


def _features(arrays: Mapping[str, Array]) -> tuple[str, ...]:
    names = _text(arrays["features"], None).tolist()
    if not 0 < len(names) <= MOST_FEATURES or len(set(names)) != len(names):
        raise _refused(f"{len(names)} features, or two of one name")
    return tuple(names)


def _text(array: Array, shape: tuple[int, ...] | None) -> Array:
    if array.dtype.kind != "U" or (array.ndim != 1 if shape is None else array.shape != shape):
        raise _refused(f"{array.dtype} of shape {array.shape} where there should be text")
    if not all(name.isascii() and name.isprintable() and 0 < len(name) <= 200 for name in array.ravel().tolist()):
        raise _refused("a name that is not short plain text")
    return array


def _floats(
    arrays: Mapping[str, Array], name: str, *shape: int | None, finite: bool = True, positive: bool = False
) -> Floats:
    array: Floats = _shaped(arrays, name, "f8", shape)
    if (finite and not np.isfinite(array).all()) or np.isinf(array).any() or (positive and not (array > 0).all()):
        raise _refused(f"{name} holds a number that it cannot")
    return array


def _integers(arrays: Mapping[str, Array], name: str, size: int | None) -> Any:
    return _shaped(arrays, name, "i4", (size,))


def _float(arrays: Mapping[str, Array], name: str) -> float:
    return float(_floats(arrays, name))


def _floor(arrays: Mapping[str, Array]) -> float:
    value = float(_shaped(arrays, "floor", "f8", ()))
    if not value < math.inf:
        raise _refused(f"floor is {value}")
    return value


def _integer(arrays: Mapping[str, Array], name: str, least: int = 0, most: int = 2**31) -> int:
    value = int(_shaped(arrays, name, "i8", ()))
    if not least <= value <= most:
        raise _refused(f"{name} is {value}")
    return value


def _flag(arrays: Mapping[str, Array], name: str) -> bool:
    return bool(_shaped(arrays, name, "b1", ()))


def _shaped(arrays: Mapping[str, Array], name: str, kind: str, shape: tuple[int | None, ...]) -> Any:
    array = arrays[name]
    fits = array.ndim == len(shape) and all(n in (None, m) for n, m in zip(shape, array.shape, strict=True))
    if array.dtype != np.dtype(kind) or not fits:
        raise _refused(f"{name} is {array.dtype} of shape {array.shape}")
    return array


def _of_another_release(evidence: str) -> ModelRefused:
    return ModelRefused(
        "A compiled model file is of another release",
        evidence=evidence,
        way_out="Serve it with the release that wrote it, or materialize deployed_model with this one: `spx run`.",
    )


def _refused(evidence: str) -> ModelRefused:
    return ModelRefused(
        "A compiled model file is not one of ours",
        evidence=evidence,
        way_out="Materialize deployed_model again: `spx run`, or roll back to an earlier version.",
    )
