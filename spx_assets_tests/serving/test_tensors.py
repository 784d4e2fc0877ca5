"""Numbers in tensors."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from spx_assets.serving.problems import Problem
from spx_assets.serving.tensors import Binary, Tensor, values_of


def tensor(**fields: Any) -> Tensor:
    """A tensor of two rows of two, with what is given instead."""
    given = {"name": "features", "shape": [2, 2], "datatype": "FP64", "data": [1, 2, 3, 4], **fields}
    return msgspec.json.decode(msgspec.json.encode(given), type=Tensor)


@pytest.mark.parametrize("data", [[1, 2, 3, 4], [[1, 2], [3, 4]]])
def test_flat_and_nested_data_are_the_same(data: list[Any]) -> None:
    """In row order."""
    assert list(values_of(tensor(data=data), Binary(b""), "inputs[0]")) == [1, 2, 3, 4]


def test_single_precision_is_single_precision(row: dict[str, float]) -> None:
    """In JSON as in bytes."""
    values = list(row.values())[:4]
    raw = np.array(values, dtype="<f4").tobytes()
    sent = tensor(datatype="FP32", parameters={"binary_data_size": 16})
    sent.data = msgspec.Raw(b"")

    in_bytes = values_of(sent, Binary(raw), "inputs[0]")

    assert list(in_bytes) == list(values_of(tensor(datatype="FP32", data=values), Binary(b""), "inputs[0]"))


@pytest.mark.parametrize(
    "fields",
    [
        {"datatype": "BYTES"},
        {"shape": []},
        {"shape": [0, 2]},
        {"shape": [-2, -2]},
        {"shape": [2, 3]},
        {"shape": [10**9, 10**9]},
        {"shape": [2, 1, 2]},
        {"data": [[1, 2, 3], [4]]},
        {"data": [1, 2, 3, None]},
        {"data": ["1", 2, 3, 4]},
        {"data": [[[1, 2, 3, 4]]]},
        {"data": {"a": 1}},
        {"datatype": "FP32", "data": [1e300, 2, 3, 4]},
        {"parameters": {"binary_data_size": 32}},
        {"parameters": {"binary_data_size": "32"}},
    ],
)
def test_what_does_not_fit_is_refused(fields: dict[str, Any]) -> None:
    """Types, shapes, data and sizes that contradict each other."""
    with pytest.raises(Problem) as refused:
        values_of(tensor(**fields), Binary(b"\x00" * 32), "inputs[0]")

    assert refused.value.status == 400
    assert (refused.value.field or "").startswith("inputs[0]")


def test_raw_bytes_are_taken_exactly() -> None:
    """Too few, too many and numbers that are none are refused."""
    sent = tensor(parameters={"binary_data_size": 32})
    sent.data = msgspec.Raw(b"")
    for raw in (b"\x00" * 31, np.array([1, 2, 3, np.nan]).tobytes()):
        with pytest.raises(Problem):
            values_of(sent, Binary(raw), "inputs[0]")
    binary = Binary(b"\x00" * 33)
    values_of(sent, binary, "inputs[0]")
    with pytest.raises(Problem, match="more bytes"):
        binary.require_empty()
