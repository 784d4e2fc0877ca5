"""Tensors of the Open Inference Protocol: what a request holds, and the numbers in it.

Data is flat or nested, in JSON or behind it as raw little-endian bytes. Nothing is believed: shapes, sizes and numbers
are checked against each other before an array is made.
"""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from spx_assets.serving.large_tensor import numbers_of
from spx_assets.serving.problems import Problem
from spx_assets.serving.strict_json import decoded

Floats = npt.NDArray[np.float64]
Parameters = dict[str, Any]

DATATYPES: dict[str, np.dtype[Any]] = {"FP64": np.dtype("<f8"), "FP32": np.dtype("<f4")}
BINARY_SIZE = "binary_data_size"
_ABSENT = msgspec.Raw(b"")
_FLAT = msgspec.json.Decoder(list[float])
_NESTED = msgspec.json.Decoder(list[list[float]])


class Tensor(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """One input."""

    name: str
    shape: list[int]
    datatype: str
    parameters: Parameters = {}
    data: msgspec.Raw = _ABSENT


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """One output that is asked for."""

    name: str
    parameters: Parameters = {}


class InferRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The JSON of a request. KServe's client names the model here again; the path decides."""

    inputs: list[Tensor]
    id: str | None = None
    model_name: str | None = None
    parameters: Parameters = {}
    outputs: list[Wanted] | None = None


class Binary:
    """The raw bytes behind a request's JSON, taken input by input."""

    def __init__(self, data: bytes | memoryview) -> None:
        self._data = memoryview(data)
        self._taken = 0

    def take(self, size: int, field: str) -> memoryview:
        """The next `size` bytes; Problem 400 when fewer are left."""
        part = self._data[self._taken : self._taken + size]
        if size < 0 or len(part) != size:
            raise Problem(400, "There are fewer bytes than binary_data_size says.", field=field)
        self._taken += size
        return part

    def require_empty(self) -> None:
        """Problem 400 when bytes are left over."""
        if self._taken != len(self._data):
            raise Problem(400, "There are more bytes behind the JSON than its inputs take.")


def values_of(tensor: Tensor, binary: Binary, field: str) -> list[float] | Floats:
    """The numbers of a tensor in row order, as many as its shape says, all finite."""
    dtype = DATATYPES.get(tensor.datatype)
    if dtype is None:
        raise Problem(400, "That datatype is not taken.", field=f"{field}.datatype", way_out="Send FP64 or FP32.")
    if min(tensor.shape, default=0) < 1 or len(tensor.shape) > 2:
        raise Problem(400, "A shape has one or two positive sizes.", field=f"{field}.shape")
    count = math.prod(tensor.shape)
    size = tensor.parameters.get(BINARY_SIZE)
    if size is None:
        return _from_json(tensor, field, count)
    if type(size) is not int or size != count * dtype.itemsize or tensor.data:
        raise Problem(400, "The size of the binary data is not that of the shape.", field=f"{field}.parameters")
    values: Floats = np.frombuffer(binary.take(size, field), dtype=dtype).astype(np.float64, copy=False)
    if not np.isfinite(values).all():
        raise Problem(400, "Every number has to be finite.", field=f"{field}.data")
    return values


def _from_json(tensor: Tensor, field: str, count: int) -> list[float] | Floats:
    text = bytes(tensor.data)
    at_once = numbers_of(text)
    values: list[float] | Floats
    try:
        if at_once is not None:
            values, fits = at_once, True
        elif text[1:64].lstrip().startswith(b"["):
            rows = decoded(_NESTED, text)
            values = [value for row in rows for value in row]
            fits = len(tensor.shape) == 2 and all(len(row) == tensor.shape[1] for row in rows)
        else:
            values = decoded(_FLAT, text) if text else []
            fits = True
    except Problem as problem:
        where = (problem.field or "$").replace("$", f"{field}.data", 1)
        raise Problem(400, problem.detail, field=where) from None
    if not fits or len(values) != count:
        raise Problem(400, "The data does not have the sizes that the shape says.", field=f"{field}.data")
    if tensor.datatype == "FP32":
        with np.errstate(over="ignore"):
            single = np.array(values, dtype=np.float32).astype(np.float64)
        if not np.isfinite(single).all():
            raise Problem(400, "A number is beyond single precision.", field=f"{field}.data", way_out="Send FP64.")
        return single
    return values
