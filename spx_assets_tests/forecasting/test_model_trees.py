"""Trees in a model file."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from spx_assets.errors import ModelRefused
from spx_assets.forecasting import estimators, model_file, model_trees

Nodes = np.ndarray[Any, Any]


def forest_file(change: Callable[[Nodes], None], make: Callable[[], Any] = estimators.random_forest) -> bytes:
    """A model file with the first tree's nodes changed."""
    random = np.random.default_rng(0)
    X, y = random.standard_normal((200, 3)), random.standard_normal(200)
    with zipfile.ZipFile(io.BytesIO(model_file.dumps(make().fit(X, y)))) as good:
        entries = {name: good.read(name) for name in good.namelist()}
    for name, content in entries.items():
        array = None if name.endswith(".json") else np.load(io.BytesIO(content))
        if array is not None and array.dtype.names and len(array) > 1:
            change(array)
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, array, version=(1, 0))
            entries[name] = buffer.getvalue()
            break
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return made.getvalue()


def set_first(name: str, value: float) -> Callable[[Nodes], None]:
    """Change one field of the root."""

    def change(nodes: Nodes) -> None:
        nodes[name][0] = value

    return change


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("left_child", 1_000_000, "beyond its nodes"),
        ("right_child", 0, "before its parent"),
        ("feature", 3, "beyond the 3"),
        ("feature", -7, "beyond the 3"),
    ],
)
def test_indices_that_lead_out_of_the_tree_are_refused(field: str, value: float, says: str) -> None:
    """scikit-learn would follow them into memory that is not its own."""
    with pytest.raises(ModelRefused, match=says):
        model_file.loads(forest_file(set_first(field, value)))


@pytest.mark.parametrize(("field", "value"), [("left", 4_000_000), ("feature_idx", 99), ("is_categorical", 1)])
def test_boosted_trees_are_looked_at_as_well(field: str, value: float) -> None:
    """Children, features and categories."""
    with pytest.raises(ModelRefused, match="tree 0"):
        model_file.loads(forest_file(set_first(field, value), estimators.hist_gradient_boosting))


def test_what_lies_between_fields_is_not_written() -> None:
    """Padding is memory that held something else."""
    kind = np.dtype({"names": ["a", "b"], "formats": ["<f8", "u1"], "offsets": [0, 8], "itemsize": 16})
    dirty = np.frombuffer(bytes(range(32)), dtype=kind)
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, dirty, version=(1, 0))

    clean = model_trees.without_padding(buffer.getvalue())

    np.testing.assert_array_equal(np.load(io.BytesIO(clean)), dirty)
    assert clean[-7:] == bytes(7)
    assert model_trees.is_node_array(kind)
    assert not model_trees.is_node_array(np.dtype([("a", "O")]))


def test_good_files_keep_their_schema_readable() -> None:
    """The random generator that only fitting on would use is not in it."""
    with zipfile.ZipFile(io.BytesIO(forest_file(lambda _: None, estimators.hist_gradient_boosting))) as archive:
        assert "RandomGeneratorNode" not in json.dumps(json.loads(archive.read("schema.json")))
