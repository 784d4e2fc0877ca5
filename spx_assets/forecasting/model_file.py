"""One fitted estimator as bytes, and back, without ever running what a file says.

skops names its entries by memory address and stamps the time; `dumps` renumbers both, so equal estimators
give equal bytes in every process. `loads` reads only what `dumps` writes: bounded, uncompressed, and made of
a pinned list of types. Pickle and joblib are never read. Integrity is the store's: skops has none.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import numpy as np

from spx_assets.errors import ModelRefused
from spx_assets.forecasting import model_trees

LARGEST_FILE = 64 * 2**20  # bytes; a ridge of 26 features takes 6 kB
MOST_ENTRIES = 1000
DEEPEST_NODE = 60
SCHEMA = "schema.json"
NOTHING = {"__class__": "str", "__module__": "builtins", "__loader__": "JsonNode", "content": "null", "is_json": True}
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date a zip entry can bear

_BOOSTING = "sklearn.ensemble._hist_gradient_boosting"

# Every type a file may name, with the skops node that builds it. Estimators are added here by a person.
ALLOWED: frozenset[tuple[str, str]] = frozenset(
    {
        ("sklearn.pipeline.Pipeline", "ObjectNode"),
        ("sklearn.preprocessing._data.StandardScaler", "ObjectNode"),
        ("sklearn.linear_model._base.LinearRegression", "ObjectNode"),
        ("sklearn.linear_model._ridge.Ridge", "ObjectNode"),
        ("sklearn.linear_model._coordinate_descent.ElasticNet", "ObjectNode"),
        ("sklearn.dummy.DummyRegressor", "ObjectNode"),
        ("sklearn.ensemble._forest.RandomForestRegressor", "ObjectNode"),
        ("sklearn.tree._classes.DecisionTreeRegressor", "ObjectNode"),
        ("sklearn.tree._tree.Tree", "TreeNode"),
        (f"{_BOOSTING}.gradient_boosting.HistGradientBoostingRegressor", "ObjectNode"),
        (f"{_BOOSTING}.binning._BinMapper", "ObjectNode"),
        (f"{_BOOSTING}.predictor.TreePredictor", "ObjectNode"),
        ("sklearn._loss.loss.HalfSquaredError", "ObjectNode"),
        ("sklearn._loss._loss.CyHalfSquaredError", "LossNode"),
        ("sklearn._loss.link.IdentityLink", "ObjectNode"),
        ("sklearn._loss.link.Interval", "ObjectNode"),
        ("spx_assets.forecasting.non_negative.NonNegativeRegressor", "ObjectNode"),
        ("numpy.ndarray", "NdArrayNode"),
        ("numpy.float64", "NdArrayNode"),
        ("numpy.int64", "NdArrayNode"),
        ("numpy.uint64", "NdArrayNode"),
        ("builtins.dict", "DictNode"),
        ("builtins.list", "ListNode"),
        ("builtins.tuple", "TupleNode"),
        ("builtins.str", "JsonNode"),
        ("builtins.str", "TypeNode"),
    }
)


def dumps(estimator: Any) -> bytes:
    """The estimator as a canonical skops file: equal estimators give equal bytes, in any process."""
    from skops import io as skops_io  # noqa: PLC0415 - imports all of scikit-learn: 0.4 CPU-s on top of it

    with zipfile.ZipFile(io.BytesIO(skops_io.dumps(estimator))) as made:
        schema = json.loads(made.read(SCHEMA))
        files = _canonical(schema)
        entries = {new: model_trees.without_padding(made.read(old)) for old, new in files.items()}
    entries = {SCHEMA: json.dumps(schema, indent=1).encode(), **entries}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as canonical:
        for name, content in entries.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3  # unix, whatever this machine is, so that permissions read the same
            entry.external_attr = 0o644 << 16
            canonical.writestr(entry, content)
    return buffer.getvalue()


def loads(data: bytes) -> Any:
    """The estimator in a file of ours; ModelRefused for anything else, before anything in it is built."""
    if len(data) > LARGEST_FILE:
        raise _refused(f"{len(data):,} bytes, at most {LARGEST_FILE:,} are read")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _inspect(archive, len(data))
            for node in _nodes(json.loads(archive.read(SCHEMA))):
                _inspect_node(node)
            for entry in archive.infolist():
                _inspect_array(archive, entry)
        return _built(data)
    except ModelRefused:
        raise
    except Exception as error:  # a hostile file can raise anything, anywhere in zipfile, json, numpy or skops
        raise _refused(f"{type(error).__name__}: {error}") from error


def _built(data: bytes) -> Any:
    from skops import io as skops_io  # noqa: PLC0415 - imports all of scikit-learn: 0.4 CPU-s on top of it

    # Every node has been found on the list above; skops would trust fewer of them by itself.
    estimator = skops_io.loads(data, trusted=sorted({name for name, _ in ALLOWED}))
    if not callable(getattr(estimator, "predict", None)):
        raise _refused(f"it holds a {type(estimator).__name__}, which cannot predict")
    if problem := model_trees.misled(estimator):
        raise _refused(problem)
    return estimator


def _canonical(schema: dict[str, Any]) -> dict[str, str]:
    """Renumber ids and file names in order of appearance, in place; the old file names and their new ones."""
    numbers: dict[Any, int] = {}
    files: dict[str, str] = {}
    for node in _nodes(schema):
        if node.get("__loader__") == "RandomGeneratorNode":
            # Only fitting on would draw from it; a file holds what predicts.
            node.clear()
            node.update(NOTHING)
        if node.get("__loader__") in {"JsonNode", "TypeNode"}:
            # Constants: whether two of them share an address is an accident of the interpreter.
            node.pop("__id__", None)
        elif "__id__" in node:
            node["__id__"] = numbers.setdefault(node["__id__"], len(numbers) + 1)
        if "file" in node:
            suffix = node["file"].rpartition(".")[2]
            node["file"] = files.setdefault(node["file"], f"{len(files) + 1}.{suffix}")
    return files


def _nodes(tree: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Every node of a schema, parents first, in the order written."""
    if depth > DEEPEST_NODE:
        raise _refused(f"it nests deeper than {DEEPEST_NODE} levels")
    if isinstance(tree, dict):
        if "__loader__" in tree or "__class__" in tree:
            yield tree
        for value in tree.values():
            yield from _nodes(value, depth + 1)
    elif isinstance(tree, list):
        for value in tree:
            yield from _nodes(value, depth + 1)


def _inspect(archive: zipfile.ZipFile, size: int) -> None:
    """Names, count and sizes of the entries are those that `dumps` writes."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_ENTRIES or len(set(names)) != len(names):
        raise _refused(f"{len(entries)} entries, {len(set(names))} different names")
    for name in names:
        if name != SCHEMA and not re.fullmatch(r"[0-9]{1,6}\.npy", name):
            raise _refused(f"an entry is called {name[:40]!r}")
    for entry in entries:
        if entry.compress_type != zipfile.ZIP_STORED or entry.compress_size != entry.file_size:
            raise _refused(f"{entry.filename} is compressed")
    if sum(entry.file_size for entry in entries) > size:
        raise _refused("its entries claim more bytes than it has")


def _inspect_array(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """An array's header claims exactly the numbers that follow it."""
    if entry.filename == SCHEMA:
        return
    with archive.open(entry) as stream:
        version = np.lib.format.read_magic(stream)
        if version != (1, 0):
            raise _refused(f"{entry.filename} has array format {version}")
        shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
        claimed = int(np.prod(shape, dtype=object)) * dtype.itemsize
        plain = dtype.kind in "fiub" or model_trees.is_node_array(dtype)
        if not plain or claimed != entry.file_size - stream.tell():
            raise _refused(f"{entry.filename} claims {dtype} numbers of shape {shape}")


def _inspect_node(node: dict[str, Any]) -> None:
    named = f"{node.get('__module__')}.{node.get('__class__')}"
    loader = node.get("__loader__")
    if (named, loader) not in ALLOWED:
        raise _refused(f"it names {named[:80]} ({str(loader)[:40]}), which is not on the list of trusted types")


def _refused(evidence: str) -> ModelRefused:
    return ModelRefused(
        "A model file is not one of ours",
        evidence=evidence,
        way_out="Train again, or read models only from the store.",
    )
