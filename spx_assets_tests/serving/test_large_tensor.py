"""Large tensors are cut out of their JSON where that changes nothing."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from spx_assets.serving import large_tensor
from spx_assets.serving.deployment import ServedModel
from spx_assets.serving.inference_protocol import infer
from spx_assets.serving.large_tensor import CUT_FROM_BYTES, cut, numbers_of
from spx_assets.serving.problems import Problem
from spx_assets.serving.reply import Call, Reply

NUMBERS = [round(0.1 * number, 1) for number in range(20_000)]


def request_of(data: Any, **more: Any) -> bytes:
    """A request of one tensor."""
    tensor = {"name": "features", "shape": [2, 3], "datatype": "FP64", "data": data}
    return json.dumps({"id": 'a "data": [1', "inputs": [tensor], **more}).encode()


def test_a_flat_list_is_cut() -> None:
    """What is left is the request without its numbers; nothing is lost."""
    text = request_of(NUMBERS)

    around, numbers = cut(text)

    assert json.loads(around) == json.loads(request_of([]))
    assert json.loads(numbers) == NUMBERS


@pytest.mark.parametrize(
    "text",
    [
        request_of([1.0, 2.0]),
        request_of([NUMBERS]),
        request_of([1.0, NUMBERS]),
        request_of(NUMBERS, parameters={"data": [1]}),
        request_of(NUMBERS)[:-4].rstrip(b"]}"),
        b" " * CUT_FROM_BYTES + request_of(NUMBERS),
    ],
    ids=["small", "nested", "mixed", "twice", "torn", "late"],
)
def test_what_is_not_plainly_a_flat_list_is_not_cut(text: bytes) -> None:
    """It goes its usual way."""
    assert cut(text) == (text, b"")


def test_numbers_are_read_as_they_stand() -> None:
    """Every bit, whole numbers too; anything else is left to the usual way."""
    text = json.dumps([*NUMBERS, 1, -7, 5e-324]).encode()
    if large_tensor.simdjson is None:
        pytest.skip("simdjson is not installed")

    found = numbers_of(text)

    assert found is not None
    assert found.tolist() == [*NUMBERS, 1.0, -7.0, 5e-324]
    others = (text[:-1], text[:-1] + b",null]", text[:-1] + b",[1]]", text[:-1] + b",1e999]", text + b"x", b"[1.0]")
    assert [numbers_of(other) for other in others] == [None] * 6


def asked(model: ServedModel, text: bytes) -> Reply:
    """The answer of the served model."""
    return infer(model.version, "spx", model.first, Call("/v2/models/spx/infer", {}, text))


@pytest.mark.parametrize("installed", [True, False])
def test_cut_or_not_the_answer_is_the_same(
    installed: bool, model: ServedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Flat, which is cut, and nested, which is not; with simdjson, or without."""
    if not installed:
        monkeypatch.setattr(large_tensor, "simdjson", None)
    rows = np.tile(model.first.model.golden_rows, (400, 1))

    def body(data: Any) -> bytes:
        tensor = {"name": "x", "shape": list(rows.shape), "datatype": "FP64", "data": data}
        return json.dumps({"inputs": [tensor], "outputs": [{"name": "forecast"}]}).encode()

    flat, nested = body(rows.ravel().tolist()), body(rows.tolist())

    assert (cut(flat)[1], cut(nested)[1]) != (b"", b"")
    assert cut(nested)[1] == b""
    assert asked(model, flat) == asked(model, nested)


@pytest.mark.parametrize(
    "change",
    [(b" 0.1,", b' "0.1",'), (b" 0.1,", b" NaN,"), (b" 0.1,", b" 1e999,"), (b" 0.1,", b""), (b'"id"', b'"inputs"')],
    ids=["text", "nan", "infinite", "short", "key twice"],
)
def test_what_is_wrong_in_a_large_tensor_is_refused(change: tuple[bytes, bytes], model: ServedModel) -> None:
    """As in a small one."""
    p = len(model.first.model.features)
    tensor = {
        "name": "x",
        "shape": [len(NUMBERS) // p, p],
        "datatype": "FP64",
        "data": NUMBERS[: len(NUMBERS) // p * p],
    }
    text = json.dumps({"id": "1", "inputs": [tensor]}).encode()
    assert asked(model, text).status == 200

    with pytest.raises(Problem):
        asked(model, text.replace(*change, 1))
