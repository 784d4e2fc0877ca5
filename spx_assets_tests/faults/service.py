"""What faults are tried on: requests as plain as they come, and versions of a model to swap among."""

from __future__ import annotations

import copy
import http.client
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from spx_assets import artifacts, forecasting
from spx_assets.home import open_store
from spx_assets.settings import Settings
from spx_assets.store import Provenance
from spx_assets_tests.serving.running import Running


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def value(self) -> Any:
        """The JSON in the body."""
        return json.loads(self.body)


@contextmanager
def connected(service: Running) -> Iterator[http.client.HTTPConnection]:
    """A connection that is kept until the block ends."""
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
    try:
        yield connection
    finally:
        connection.close()


def asked(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """One request on a connection that is open, or opens now."""
    connection.request(method, path, body, dict(headers or {}))
    response = connection.getresponse()
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())


def ask(
    service: Running, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """One request on a connection of its own."""
    with connected(service) as connection:
        return asked(connection, method, path, body, headers)


def metric(service: Running, name: str) -> float:
    """The sum of a metric's samples, over all their labels."""
    text = ask(service, "GET", "/metrics").body.decode()
    samples = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return sum(float(value) for sample, _, value in samples if sample.partition("{")[0] == name)


def resident_mb(service: Running) -> float:
    """Resident memory of the process that was started."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{service.process.pid}/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def copied(home: Path, place: Path) -> Path:
    """A home of one's own with everything that another holds."""
    shutil.copytree(home, place, symlinks=True)
    return place


def last_row(home: Path) -> dict[str, float]:
    """The features of the last session, by name."""
    store = open_store(Settings.load({}, home=home))
    features = artifacts.model_of(store.read("deployed_model")).at(1).features
    return {name: float(artifacts.table_of(store.read("cleaned_data"))[name].iloc[-1]) for name in features}


def redeployed(home: Path, shift: float) -> str:
    """Deploy the model of `home` again with every forecast moved by `shift`; the new version."""
    store = open_store(Settings.load({}, home=home))
    trained = artifacts.model_of(store.read("deployed_model"))
    moved = {horizon: _moved(fitted, shift) for horizon, fitted in trained.fitted.items()}
    other = forecasting.TrainedModel(moved, trained.card)
    compiled = forecasting.compiled_files(other, artifacts.table_of(store.read("cleaned_data")))
    payload = artifacts.model_payload(artifacts.Deployment(other, "0" * 16, (), compiled))
    return store.commit("deployed_model", payload, Provenance()).version


def _moved(fitted: forecasting.FittedModel, shift: float) -> forecasting.FittedModel:
    estimator = copy.deepcopy(fitted.estimator)
    last = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator
    name = "constant_" if hasattr(last, "constant_") else "intercept_"
    setattr(last, name, getattr(last, name) + shift)
    golden = np.asarray(estimator.predict(fitted.golden_rows))
    return replace(fitted, estimator=estimator, golden_predictions=golden)
