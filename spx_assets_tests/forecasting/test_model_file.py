"""Estimators as bytes: canonical, exact, and closed to everything else."""

from __future__ import annotations

import io
import json
import os
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from skops import io as skops_io

from spx_assets.errors import ModelRefused
from spx_assets.forecasting import model_file
from spx_assets.forecasting.candidates import Candidate, candidate
from spx_assets.forecasting.exercise import Exercise

ESTIMATORS: dict[str, Any] = {
    "elastic_net": candidate("elastic_net"),
    "hist_gradient_boosting": candidate("hist_gradient_boosting"),
    "random_forest": candidate("random_forest"),
    "combination": candidate("combination"),
    "ridge+ct": candidate("ridge+ct"),
    "historical_mean": DummyRegressor(strategy="mean"),
    "ols": make_pipeline(StandardScaler(), LinearRegression()),
    "ridge": make_pipeline(StandardScaler(), Ridge(alpha=31.6)),
}

MADE_ELSEWHERE = """
import sys
from spx_assets.forecasting import model_file
from spx_assets_tests.forecasting.test_model_file import fitted
for name in ("ridge", "random_forest", "hist_gradient_boosting"):
    sys.stdout.buffer.write(model_file.dumps(fitted(name)[0]))
"""


def fitted(name: str) -> tuple[Any, np.ndarray]:
    """An estimator and the rows it was fitted on."""
    random = np.random.default_rng(0)
    X = random.standard_normal((60, 4))
    y = X[:, 0] + random.standard_normal(60)
    made = ESTIMATORS[name]
    if isinstance(made, Candidate):
        return made.method.fitted(Exercise(X, y, 40)), X
    return made.fit(X, y), X


@pytest.mark.parametrize("name", sorted(ESTIMATORS))
def test_loaded_estimators_predict_bit_for_bit(name: str) -> None:
    """And written again give the same bytes."""
    estimator, X = fitted(name)

    data = model_file.dumps(estimator)
    loaded = model_file.loads(data)

    np.testing.assert_array_equal(loaded.predict(X), estimator.predict(X))
    assert model_file.dumps(loaded) == data == model_file.dumps(estimator)


def test_processes_agree_on_the_bytes() -> None:
    """Memory addresses, hash seeds and the time leave no trace."""
    made = [
        subprocess.run(
            [sys.executable, "-c", MADE_ELSEWHERE],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]

    names = ("ridge", "random_forest", "hist_gradient_boosting")
    assert made[0] == made[1] == b"".join(model_file.dumps(fitted(name)[0]) for name in names)


def test_stock_skops_files_of_allowed_types_load() -> None:
    """Canonical is what we write; any plain skops file of these types is read."""
    estimator, X = fitted("ridge")
    plain = skops_io.dumps(estimator)
    assert plain != model_file.dumps(estimator)

    with pytest.raises(ModelRefused, match="an entry is called"):
        model_file.loads(plain)

    np.testing.assert_array_equal(model_file.loads(model_file.dumps(estimator)).predict(X), estimator.predict(X))


Damage = Callable[[dict[str, bytes]], None]


def rewritten(damage: Damage, compression: int = zipfile.ZIP_STORED) -> bytes:
    """A good file with its entries changed."""
    with zipfile.ZipFile(io.BytesIO(model_file.dumps(fitted("ridge")[0]))) as good:
        entries = {name: good.read(name) for name in good.namelist()}
    damage(entries)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def change(**node: Any) -> Damage:
    """Replace parts of the root node of the schema."""

    def damage(entries: dict[str, bytes]) -> None:
        entries["schema.json"] = json.dumps(json.loads(entries["schema.json"]) | node).encode()

    return damage


def huge_array(entries: dict[str, bytes]) -> None:
    """A header that promises 8 TB."""
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": "<f8", "fortran_order": False, "shape": (10**12,)})
    entries["1.npy"] = buffer.getvalue() + bytes(32)


def object_array(entries: dict[str, bytes]) -> None:
    """An array that only pickle could read."""
    buffer = io.BytesIO()
    np.save(buffer, np.array([print], dtype=object), allow_pickle=True)
    entries["1.npy"] = buffer.getvalue()


def deep(entries: dict[str, bytes]) -> None:
    """A schema nested a hundred thousand levels deep."""
    entries["schema.json"] = b'{"a":' * 100_000 + b"1" + b"}" * 100_000


def nested(entries: dict[str, bytes]) -> None:
    """A schema nested deeper than any estimator."""
    entries["schema.json"] = b'{"a":' * 200 + b"1" + b"}" * 200


def escape(entries: dict[str, bytes]) -> None:
    """An entry outside the archive."""
    entries["../1.npy"] = entries["1.npy"]


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (change(__module__="os", __class__="system", __loader__="FunctionNode"), "os.system"),
        (change(__module__="builtins", __class__="eval", __loader__="TypeNode"), "builtins.eval"),
        (change(__loader__="MethodNode"), "MethodNode"),
        (change(__module__="sklearn.svm._classes", __class__="SVR"), "SVR"),
        (change(__loader__=["ObjectNode"]), "TypeError"),
        (change(protocol=99), "protocol"),
        (lambda entries: entries.pop("schema.json"), "schema.json"),
        (lambda entries: entries.pop("1.npy"), "KeyError"),
        (huge_array, "claims"),
        (object_array, "claims"),
        (deep, "Recursion"),
        (nested, "nests deeper"),
        (escape, "an entry is called"),
    ],
)
def test_planted_files_are_refused_before_anything_is_built(damage: Damage, says: str) -> None:
    """Foreign types, functions, methods, promises of memory, depth, paths: one kind of error, and why."""
    with pytest.raises(ModelRefused, match=says):
        model_file.loads(rewritten(damage))


def test_compressed_files_are_refused() -> None:
    """A bomb must be compressed; ours never are."""
    bomb = rewritten(lambda entries: entries.update({"9.npy": bytes(10_000_000)}), zipfile.ZIP_DEFLATED)

    with pytest.raises(ModelRefused, match="is compressed"):
        model_file.loads(bomb)


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"not a model", pickle.dumps(Ridge()), bytes(64 * 2**20 + 1)], ids=len
)
def test_other_files_are_refused(data: bytes) -> None:
    """Nothing, a torn archive, text, a pickle, too much."""
    with pytest.raises(ModelRefused):
        model_file.loads(data)


def test_only_estimators_are_models() -> None:
    """A list of allowed types is still not a model; nor do neighbours pass the pinned list."""
    neighbours = KNeighborsRegressor(2).fit(np.eye(4), np.arange(4))

    with pytest.raises(ModelRefused, match="cannot predict"):
        model_file.loads(model_file.dumps([1.0, 2.0]))
    with pytest.raises(ModelRefused, match="not on the list"):
        model_file.loads(model_file.dumps(neighbours))
