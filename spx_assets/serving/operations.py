"""The hot routes as OpenAPI operations, typed by the features of the model that serves, with examples that run.

A schema cannot say that `shape`, `data` and the features agree for any number of rows: where it must, it describes the
first few numbers of rows, and the words beside it the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spx_assets.serving.deployment import ServedModel
from spx_assets.serving.inference_protocol import OUTPUTS

NUMBER: Mapping[str, Any] = {"type": "number"}
# Above 0, by more than single precision and a division round off.
POSITIVE: Mapping[str, Any] = {"type": "number", "minimum": 1e-44}
NULLABLE: Mapping[str, Any] = {"type": ["number", "null"]}
TEXT: Mapping[str, Any] = {"type": "string"}
WARNINGS: Mapping[str, Any] = {
    "type": "array",
    "items": TEXT,
    "description": "Features outside their range in training, named; absent when there are none.",
}
# The largest number that rounds to one of single precision.
LARGEST_SINGLE = 3.4028235677973362e38
ROWS_SPELLED_OUT = (1, 2, 3)


def predictions(served: ServedModel | None) -> dict[str, Any]:
    """`POST /v1/predictions`."""
    horizons = {"enum": list(served.horizons)} if served else {}
    levels = {"enum": list(served.first.model.score_quantiles)} if served else {}
    request = _closed(
        {
            "rows": {"type": "array", "minItems": 1, "items": _record(served)},
            "horizon": {"type": "integer", **horizons, "description": "Sessions ahead; the shortest when left out."},
            "level": {"type": "number", **levels, "description": "Level of the interval; 0.9 when left out."},
            "explain": {
                "type": "boolean",
                "description": "Whether each prediction is explained, for up to 1,000 rows.",
            },
        },
        required=["rows"],
    )
    prediction = {
        "type": "object",
        "required": ["forecast", "lower", "upper"],
        "properties": {
            "forecast": {**NUMBER, "description": "Log return over the horizon."},
            "lower": {**NULLABLE, "description": "Lower bound of the interval; null where it is not known."},
            "upper": {**NULLABLE, "description": "Upper bound of the interval; null where it is not known."},
            "baseline": {**NULLABLE, "description": "With `explain`: the forecast at the training means."},
            "contributions": {
                "type": ["object", "null"],
                "additionalProperties": NUMBER,
                "description": "With `explain`: what each feature adds to the baseline; null for other models.",
            },
            "outside_training_range": {"type": "array", "items": TEXT, "description": "With `explain`: feature names."},
        },
    }
    answer = {
        "model_version": TEXT,
        "horizon": {"type": "integer"},
        "level": NUMBER,
        "predictions": {"type": "array", "items": prediction},
        "warnings": WARNINGS,
    }
    route = _route("v1", "predictions", "Predictions with intervals for rows of features by name, in order.")
    return route | _bodies(request, {"rows": [_row(served)]}, answer)


def invocations(served: ServedModel | None) -> dict[str, Any]:
    """`POST /invocations`: one of four forms."""
    row = _row(served)
    lists = {"type": "array", "minItems": 1, "items": _numbers(served, 1)}
    records = {"type": "array", "minItems": 1, "items": _record(served)}
    horizon = {"type": "integer", **({"enum": list(served.horizons)} if served else {})}
    split = _closed({"columns": {"enum": [list(row), None]}, "data": lists, "index": {"type": "array"}}, ["data"])
    forms = {
        "dataframe_split": split,
        "dataframe_records": records,
        "instances": {"anyOf": [lists, records]},
        "inputs": {"anyOf": [lists, records]},
    }
    params = {**_closed({"horizon": horizon}), "type": ["object", "null"]}
    request = {"oneOf": [_closed({form: of, "params": params}, [form]) for form, of in forms.items()]}
    example = {"dataframe_split": {"columns": list(row), "data": [list(row.values())]}}
    answer = {"predictions": {"type": "array", "items": NUMBER}, "warnings": WARNINGS}
    words = (
        "MLflow's scoring protocol: JSON in its four forms, or text/csv. "
        "Columns in any order; `inputs` also as an object of columns."
    )
    return _route("mlflow", "invocations", words) | _bodies(request, example, answer)


def infer(served: ServedModel | None, parameters: tuple[str, ...]) -> dict[str, Any]:
    """`POST /v2/models/{model}[/versions/{version}]/infer`."""
    row = _row(served)
    output = _closed({"name": {"enum": list(OUTPUTS)}, "parameters": {"type": "object"}}, ["name"])
    request = _closed(
        {
            "id": {"type": ["string", "null"]},
            "parameters": {"type": "object"},
            "inputs": {"type": "array", "minItems": 1, "maxItems": 1, "items": {"oneOf": _tensors(served)}},
            "outputs": {"type": ["array", "null"], "items": output},
        },
        required=["inputs"],
    )
    values = list(row.values())
    examples = [_tensor([1, len(row)], values), _tensor([2, len(row)], values + values)]
    examples.append(_tensor([2, len(row)], [values, values]))
    request["examples"] = [{"inputs": [tensor]} for tensor in examples]
    outputs = {"type": "array", "items": {"type": "object"}}
    parameters_given = {"type": "object", "properties": {"warnings": TEXT}, "description": WARNINGS["description"]}
    answer = {"model_name": TEXT, "model_version": TEXT, "parameters": parameters_given, "outputs": outputs}
    words = (
        f"Open Inference Protocol: one tensor [-1, {len(row)}] in, FP64 or FP32, its data flat or nested; `forecast`, "
        "`lower` and `upper` [-1] out. Or one input [-1] per feature, by its name; or the binary extension: "
        "`Inference-Header-Content-Length` and a `binary_data_size` per input, `binary_data` per output."
    )
    route = _route("v2", "_".join(("infer", *parameters)), words)
    route["parameters"] = [{"name": name, "in": "path", "required": True, "schema": TEXT} for name in parameters]
    route |= _bodies(request, request["examples"][0], answer)
    route["responses"]["200"]["content"]["application/octet-stream"] = {"schema": {"type": "string"}}
    return route


def _tensors(served: ServedModel | None) -> list[dict[str, Any]]:
    """The tensor of all features, for each datatype and the first few numbers of rows."""
    p = len(_row(served))
    return [
        _closed(
            {
                "name": TEXT,
                "shape": {"const": [n, p], "description": f"[n, {p}] for any number of rows n."},
                "datatype": {"const": kind},
                "data": {"oneOf": [_numbers(served, n, limits), _array(n, _numbers(served, 1, limits))]},
            },
            ["name", "shape", "datatype", "data"],
        )
        for kind, limits in (("FP64", {}), ("FP32", {"minimum": -LARGEST_SINGLE, "maximum": LARGEST_SINGLE}))
        for n in ROWS_SPELLED_OUT
    ]


def _tensor(shape: list[int], data: list[Any]) -> dict[str, Any]:
    return {"name": "features", "shape": shape, "datatype": "FP64", "data": data}


def _row(served: ServedModel | None) -> dict[str, float]:
    if served is None:
        return {}
    core = served.first.model
    return dict(zip(core.features, core.golden_rows[0].tolist(), strict=True))


def _record(served: ServedModel | None) -> dict[str, Any]:
    row = _row(served)
    if served is None:
        return {"type": "object"}
    return _closed({**dict.fromkeys(row, NUMBER), **dict.fromkeys(_scales(served), POSITIVE)}, list(row))


def _scales(served: ServedModel) -> list[str]:
    """The features that the intervals are proportional to: numbers above 0."""
    return list(dict.fromkeys(each.model.scale_feature for each in served.predictors.values()))


def _numbers(served: ServedModel | None, rows: int, limits: Mapping[str, Any] = {}) -> dict[str, Any]:
    """The numbers of rows of features in one array."""
    number = {**NUMBER, **limits}
    if served is None:
        return _array(0, number)
    scales = _scales(served)
    row = [{**number, **(POSITIVE if name in scales else {})} for name in served.first.model.features]
    return {**_array(rows * len(row), number), "prefixItems": row * rows}


def _array(count: int, items: Mapping[str, Any] = NUMBER) -> dict[str, Any]:
    return {"type": "array", "minItems": count, "maxItems": count, "items": items}


def _closed(properties: Mapping[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    closed = {"type": "object", "properties": properties, "additionalProperties": False}
    return closed if required is None else {**closed, "required": required}


def _route(tag: str, name: str, description: str) -> dict[str, Any]:
    return {"tags": [tag], "operationId": name, "summary": name.replace("_", " "), "description": description}


def _bodies(request: Mapping[str, Any], example: Any, answer: Mapping[str, Any]) -> dict[str, Any]:
    required = [name for name in answer if name not in {"warnings", "parameters"}]
    answered = {"type": "object", "required": required, "properties": answer}
    return {
        "requestBody": {"required": True, "content": {"application/json": {"schema": request, "example": example}}},
        "responses": {"200": {"description": "Answered.", "content": {"application/json": {"schema": answered}}}},
    }
