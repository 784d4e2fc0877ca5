"""`infer`, by stock clients and by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import httpx
import numpy as np
import pytest
import tritonclient.http as triton
from open_inference.openapi.client import OpenInferenceClient
from open_inference.openapi.errors import BadRequestError, NotFoundError
from open_inference.openapi.types import InferenceRequest

from spx_assets.serving.deployment import ServedModel
from spx_assets.serving.inference_protocol import HEADER, OUTPUTS, infer
from spx_assets.serving.reply import Call, Reply
from spx_assets_tests.serving.running import Running


@pytest.fixture
def rows(model: ServedModel) -> np.ndarray:
    """Rows of features."""
    return model.first.model.golden_rows


def test_tritonclient_unchanged(served: Running, model: ServedModel, rows: np.ndarray) -> None:
    """Health, metadata, repository, and inference in its default binary and in JSON, in both precisions."""
    with triton.InferenceServerClient(f"127.0.0.1:{served.port}") as client:
        assert client.is_server_live()
        assert client.is_server_ready()
        assert client.is_model_ready("spx_5")
        assert client.is_model_ready("spx", model.version)
        assert client.get_server_metadata()["name"] == "spx_assets"
        assert {each["name"] for each in client.get_model_repository_index()} == {"spx", "spx_1", "spx_5", "spx_21"}
        (described,) = client.get_model_metadata("spx_5")["inputs"]
        assert described["shape"] == [-1, rows.shape[1]]
        for binary in (True, False):
            for datatype, kind in (("FP64", np.float64), ("FP32", np.float32)):
                sent = triton.InferInput("features", list(rows.shape), datatype)
                sent.set_data_from_numpy(rows.astype(kind), binary_data=binary)
                wanted = [triton.InferRequestedOutput(name, binary_data=binary) for name in ("forecast", "upper")]
                result = client.infer("spx_5", [sent], outputs=wanted, request_id="a:b")
                expected = model.predictors[5].many(rows.astype(kind).astype(np.float64), 1.0).forecast
                np.testing.assert_allclose(result.as_numpy("forecast"), expected, rtol=0, atol=1e-12)
                assert (result.get_response()["id"], result.as_numpy("lower")) == ("a:b", None)
        default = client.infer("spx", [sent])
        assert default.as_numpy("lower").shape == (len(rows),)


def test_open_inference_client_unchanged(served: Running, model: ServedModel, rows: np.ndarray) -> None:
    """Every call, and its typed errors where a request is wrong."""
    client = OpenInferenceClient(base_url=served.url)
    client.check_server_liveness()
    client.check_server_readiness()
    client.check_model_readiness("spx_21")
    client.check_model_version_readiness("spx_21", model.version)
    assert "binary_tensor_data" in client.read_server_metadata().extensions
    assert client.read_model_metadata("spx").versions == [model.version]
    features = {"name": "features", "shape": list(rows.shape), "datatype": "FP64", "data": rows.ravel().tolist()}

    answer = client.model_version_infer("spx_21", model.version, request=request(features))

    assert (answer.model_name, answer.model_version, answer.id) == ("spx_21", model.version, "7")
    expected = model.predictors[21].model.golden_predictions
    np.testing.assert_allclose(answer.outputs[0].data.__root__, expected, rtol=1e-9, atol=1e-12)
    with pytest.raises(BadRequestError):
        client.model_infer("spx", request=request({**features, "shape": [1, 2]}))
    with pytest.raises(NotFoundError):
        client.check_model_readiness("other")


def request(*inputs: dict[str, Any]) -> InferenceRequest:
    """A request of the stock client."""
    return InferenceRequest(id="7", inputs=list(inputs))


SHAPES = ("one tensor", "one input per feature")
FORMS = ("JSON", "binary in", "binary out", "binary in and out")


@pytest.mark.parametrize("horizon", [1, 5, 21])
@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("datatype", ["FP64", "FP32"])
@pytest.mark.parametrize("count", [1, 2, 1000])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_form_of_a_request_gives_the_same_forecasts(
    shape: str, count: int, datatype: str, form: str, nested: bool, horizon: int, model: ServedModel
) -> None:
    """One tensor or one input per feature, few rows or many, either precision, JSON or binary, flat or nested."""
    predictor = model.predictors[horizon]
    kind = "<f4" if datatype == "FP32" else "<f8"
    golden = predictor.model.golden_rows.astype(kind)
    rows = golden[np.arange(count) % len(golden)]
    body, length = encoded(predictor.model.features, rows, datatype, shape, form, nested)
    headers = {HEADER: b"%d" % length} if form.startswith("binary in") else {}

    reply = infer("v", f"spx_{horizon}", predictor, Call("/v2/models/spx/infer", headers, body))

    quantile = predictor.quantile(predictor.usual_level)
    expected = predictor.many(rows.astype(np.float64), quantile)
    for name, values in zip(OUTPUTS, expected, strict=True):
        np.testing.assert_allclose(outputs_of(reply)[name], values, rtol=0, atol=1e-12)
    assert reply.rows == count


def encoded(
    features: Sequence[str], rows: np.ndarray, datatype: str, shape: str, form: str, nested: bool
) -> tuple[bytes, int]:
    """The body of a request for these rows, and the length of its JSON."""
    parts = {"features": rows} if shape == SHAPES[0] else dict(zip(features, rows.T, strict=True))
    inputs, raw = [], b""
    for name, values in parts.items():
        numbers = values.reshape(-1, 1) if nested and values.ndim == 1 else values
        tensor: dict[str, Any] = {"name": name, "shape": list(numbers.shape), "datatype": datatype}
        if form.startswith("binary in"):
            tensor["parameters"] = {"binary_data_size": numbers.nbytes}
            raw += np.ascontiguousarray(numbers).tobytes()
        else:
            tensor["data"] = numbers.tolist() if nested else numbers.ravel().tolist()
        inputs.append(tensor)
    text = json.dumps({"inputs": inputs, "parameters": {"binary_data_output": form.endswith("out")}}).encode()
    return text + raw, len(text)


def outputs_of(reply: Reply) -> dict[str, np.ndarray]:
    """The outputs of an answer, from its JSON or from the bytes behind it."""
    length = dict(reply.headers).get(HEADER)
    text, raw = (reply.body, b"") if length is None else (reply.body[: int(length)], reply.body[int(length) :])
    found = {}
    for output in json.loads(text)["outputs"]:
        size = output.get("parameters", {}).get("binary_data_size")
        found[output["name"]] = np.array(output["data"]) if size is None else np.frombuffer(raw[:size], dtype="<f8")
        raw = raw[size or 0 :]
    return found


@pytest.mark.parametrize(
    "path", ["/v2/models/spx/infer", "/v2/models/spx_5/infer", "/v2/models/spx/versions/{v}/infer"]
)
def test_one_row_and_one_input_per_feature_over_http(path: str, served: Running, model: ServedModel) -> None:
    """As KServe's clients of tabular models send it, for the current version and by name."""
    features, row = model.first.model.features, model.first.model.golden_rows[:1]
    body, _ = encoded(features, row, "FP64", SHAPES[1], "JSON", nested=False)

    answer = served.post(path.format(v=model.version), json.loads(body))

    assert answer.status_code == 200
    assert [len(output["data"]) for output in answer.json()["outputs"]] == [1, 1, 1]


def test_one_input_per_feature(served: Running, model: ServedModel, rows: np.ndarray) -> None:
    """By name, in any order, as columns."""
    features = model.first.model.features
    inputs = [
        {"name": name, "shape": [len(rows)], "datatype": "FP64", "data": column.tolist()}
        for name, column in zip(features, rows.T, strict=True)
    ]

    answer = served.post("/v2/models/spx/infer", {"inputs": inputs[::-1], "parameters": {"level": 0.5}})

    assert answer.status_code == 200, answer.text
    expected = model.first.many(rows, model.first.quantile(0.5))
    np.testing.assert_allclose(answer.json()["outputs"][1]["data"], expected.lower, atol=1e-12)
    lacking = served.post("/v2/models/spx/infer", {"inputs": inputs[1:]})
    assert (400, True) == (lacking.status_code, features[0] in lacking.json()["error"])


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"outputs": [{"name": "other"}]}, "output"),
        ({"parameters": {"level": 0.42}}, "level"),
        ({"parameters": {"level": "high"}}, "level"),
        ({"more": 1}, "field"),
        ({"inputs": []}, "input"),
    ],
)
def test_what_is_wrong_is_said(change: dict[str, Any], word: str, served: Running, rows: np.ndarray) -> None:
    """400 with an error string."""
    features = {"name": "features", "shape": [1, rows.shape[1]], "datatype": "FP64", "data": rows[0].tolist()}

    answer = served.post("/v2/models/spx/infer", {"inputs": [features], **change})

    assert (400, "application/json") == (answer.status_code, answer.headers["content-type"])
    assert word in answer.json()["error"]


def test_a_key_given_twice_is_refused(served: Running, rows: np.ndarray) -> None:
    """In the request, an input or its parameters."""
    tensor = f'{{"name":"x","shape":[1,{rows.shape[1]}],"datatype":"FP64","data":{rows[0].tolist()}}}'
    body = f'{{"id":"1","id":"2","inputs":[{tensor}]}}'

    refused = httpx.post(f"{served.url}/v2/models/spx/infer", content=body.encode())

    assert (400, True) == (refused.status_code, "twice" in refused.json()["error"])


def test_the_model_may_be_named_again(served: Running, rows: np.ndarray) -> None:
    """As KServe's client does; twice is refused here too."""
    tensor = f'{{"name":"x","shape":[1,{rows.shape[1]}],"datatype":"FP64","data":{rows[0].tolist()}}}'
    bodies = [f'{{"model_name":"a:b",{again}"inputs":[{tensor}]}}' for again in ("", '"model_name":"a:b",')]

    answers = [httpx.post(f"{served.url}/v2/models/spx/infer", content=body.encode()) for body in bodies]

    assert [answer.status_code for answer in answers] == [200, 400]
    assert answers[0].json()["model_name"] == "spx"
