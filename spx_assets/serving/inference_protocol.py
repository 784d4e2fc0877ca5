"""The Open Inference Protocol's `infer`: tensors in, tensors out, in JSON or with the binary extension.

One `[n, p]` tensor, or one input per feature by its name. Outputs are `forecast`, `lower` and `upper`, `[n]`, FP64;
`parameters` may name the `level` of the interval. What the other routes of the protocol say is in
`inference_metadata`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from spx_assets.serving.large_tensor import cut
from spx_assets.serving.predictor import Floats, Predictor
from spx_assets.serving.problems import Problem, in_short, plain_names
from spx_assets.serving.reply import JSON, Call, Reply
from spx_assets.serving.strict_json import decoded, keys_of, refuse_duplicate_keys
from spx_assets.serving.tensors import Binary, InferRequest, Tensor, values_of

OUTPUTS = ("forecast", "lower", "upper")
HEADER = b"inference-header-content-length"
_DECODER = msgspec.json.Decoder(InferRequest)
_encode = msgspec.json.Encoder().encode


def infer(version: str, name: str, predictor: Predictor, call: Call) -> Reply:
    """The answer of one model to one request; Problem when the request is not sound."""
    text, binary = _parts(call)
    request = _request(text)
    level = request.parameters.get("level", predictor.usual_level)
    if type(level) not in {float, int}:
        raise Problem(400, "The level is a number.", field="parameters.level")
    quantile = predictor.quantile(float(level))
    rows = _rows(request.inputs, binary, predictor.model.features)
    binary.require_empty()
    if len(rows) == 1:
        warnings = predictor.warnings_of_one(rows[0])
        made: Sequence[Any] = [[value] for value in predictor.one(rows[0], quantile)]
    else:
        matrix = np.asarray(rows, dtype=np.float64)
        warnings = predictor.warnings(matrix)
        made = predictor.many(matrix, quantile)
    about: dict[str, Any] = {"id": request.id} if request.id is not None else {}
    about |= {"parameters": {"warnings": " ".join(warnings)}} if warnings else {}
    start = {"model_name": name, "model_version": version, **about}
    return _answer(start, request, dict(zip(OUTPUTS, made, strict=True)), len(rows))


def _request(text: bytes) -> InferRequest:
    around, numbers = cut(text)
    request = decoded(_DECODER, around)
    if numbers and (len(request.inputs) != 1 or bytes(request.inputs[0].data) != b"[]"):
        around, numbers, request = text, b"", decoded(_DECODER, text)
    refuse_duplicate_keys(around, _keys(request))
    if numbers:
        request.inputs[0].data = numbers  # type: ignore[assignment]  # bytes() of it copies nothing, of a Raw all
    return request


def _parts(call: Call) -> tuple[bytes, Binary]:
    """The JSON of a body, and the raw bytes behind it."""
    length = call.headers.get(HEADER)
    if length is None:
        return call.body, Binary(b"")
    if not length.isdigit() or len(length) > 12 or int(length) > len(call.body):
        raise Problem(400, "The length of the JSON is not within the body.", field=HEADER.decode())
    return call.body[: int(length)], Binary(memoryview(call.body)[int(length) :])


def _keys(request: InferRequest) -> int:
    """Keys and colons in strings of a request, as many as its JSON has when no key is given twice."""
    count = 1 + keys_of(request.parameters) + bool(request.parameters) + (request.id is not None)
    count += keys_of(request.id or "") + (request.model_name is not None) + keys_of(request.model_name or "")
    for tensor in request.inputs:
        count += 3 + bool(tensor.parameters) + keys_of(tensor.parameters) + bool(tensor.data) + keys_of(tensor.name)
    for wanted in request.outputs or ():
        count += 1 + bool(wanted.parameters) + keys_of(wanted.parameters) + keys_of(wanted.name)
    return count + (request.outputs is not None)


def _rows(inputs: Sequence[Tensor], binary: Binary, features: Sequence[str]) -> Sequence[Sequence[float]] | Floats:
    """Rows (n, p) in the order of `features`."""
    if len(inputs) == 1 and inputs[0].name not in features:
        (tensor,) = inputs
        values = values_of(tensor, binary, "inputs[0]")
        if len(tensor.shape) != 2 or tensor.shape[1] != len(features):
            raise Problem(
                400,
                f"The tensor has to be of the shape [n, {len(features)}].",
                field="inputs[0].shape",
                way_out="The model's metadata names its features in order.",
            )
        if tensor.shape[0] == 1:
            return [values.tolist() if isinstance(values, np.ndarray) else values]
        return np.asarray(values, dtype=np.float64).reshape(tensor.shape)
    return _columns(inputs, binary, features)


def _columns(inputs: Sequence[Tensor], binary: Binary, features: Sequence[str]) -> Sequence[Sequence[float]] | Floats:
    names = [tensor.name for tensor in inputs]
    missing = [name for name in features if name not in names]
    if missing or len(names) != len(features):
        extra = [name for number, name in enumerate(names) if name not in features or name in names[:number]]
        raise Problem(
            400,
            "There has to be one tensor of all features, or exactly one input per feature.",
            field="inputs",
            way_out=f"Missing: {in_short(missing)}." if missing else f"Leave out {plain_names(extra)}.",
        )
    columns = {tensor.name: values_of(tensor, binary, f"inputs[{i}]") for i, tensor in enumerate(inputs)}
    if len({len(column) for column in columns.values()}) != 1 or any(t.shape[1:] not in ([], [1]) for t in inputs):
        raise Problem(400, "The inputs have to be of one length, shape [n] or [n, 1].", field="inputs")
    rows = np.column_stack([np.asarray(columns[name], dtype=np.float64) for name in features])
    # One row in plain floats, as from one tensor: what is computed of numpy's has no form in JSON.
    return rows.tolist() if len(rows) == 1 else rows


def _answer(start: dict[str, Any], request: InferRequest, made: dict[str, Any], rows: int) -> Reply:
    in_binary = request.parameters.get("binary_data_output") is True
    wanted = [(each, in_binary) for each in OUTPUTS]
    if request.outputs is not None:
        wanted = [(each.name, each.parameters.get("binary_data", in_binary) is True) for each in request.outputs]
    outputs, raw = [], []
    for output, as_bytes in wanted:
        if output not in made:
            raise Problem(400, "There is no such output.", field="outputs", way_out=f"Ask for {', '.join(OUTPUTS)}.")
        described: dict[str, Any] = {"name": output, "datatype": "FP64", "shape": [rows]}
        if as_bytes:
            raw.append(np.asarray(made[output], dtype="<f8").tobytes())
            described["parameters"] = {"binary_data_size": len(raw[-1])}
        else:
            values = made[output]
            described["data"] = values.tolist() if isinstance(values, np.ndarray) else values
        outputs.append(described)
    head = _encode({**start, "outputs": outputs})
    if not raw:
        return Reply(200, head, JSON, rows)
    headers = ((b"content-type", b"application/octet-stream"), (HEADER, b"%d" % len(head)))
    return Reply(200, b"".join([head, *raw]), headers, rows)
