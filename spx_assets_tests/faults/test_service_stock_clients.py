"""Clients of other serving stacks, unchanged, each installed by its name into an environment of its own.

They are too large for every run: together 1.5 GB. Where they cannot be installed the test says so and is skipped.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from spx_assets_tests.faults.service import ask, last_row
from spx_assets_tests.serving.running import running

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]

KSERVE = """
import asyncio, json, sys
import numpy as np
from kserve import InferInput, InferRequest, InferenceRESTClient, RESTConfig

async def main(address, row):
    client = InferenceRESTClient(RESTConfig(protocol="v2", timeout=30))
    ready = [
        await client.is_server_live(address),
        await client.is_server_ready(address),
        await client.is_model_ready(address, "spx"),
    ]
    forecasts = []
    for binary in (False, True):
        tensor = InferInput("features", [2, len(row)], "FP64")
        tensor.set_data_from_numpy(np.array([row, row]), binary_data=binary)
        answer = await client.infer(address, InferRequest("spx", [tensor]), model_name="spx")
        forecasts.append([output.as_numpy().tolist() for output in answer.outputs if output.name == "forecast"])
    await client.close()
    print(json.dumps({"ready": ready, "forecasts": forecasts}))

asyncio.run(main(sys.argv[1], json.loads(sys.argv[2])))
"""

MLFLOW = """
import json, sys
import pandas as pd
from mlflow.pyfunc.scoring_server.client import ScoringServerClient

address, row = sys.argv[1], json.loads(sys.argv[2])
host, _, port = address.removeprefix("http://").partition(":")
client = ScoringServerClient(host, int(port))
client.wait_server_ready(timeout=10)
frame = pd.DataFrame([row, row])
made = [client.invoke(frame).get_predictions(), client.invoke(frame, params={"horizon": 1}).get_predictions()]
print(json.dumps({"forecasts": [each.iloc[:, 0].tolist() for each in made], "version": bool(client.get_version())}))
"""


def environment_with(package: str, folder: Path) -> Path:
    """The interpreter of a virtual environment with a package; skips where it cannot be made."""
    python = folder / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    made = subprocess.run(
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        pytest.skip(f"{package} cannot be installed here: {made.stderr.strip().splitlines()[-1:]}")
    return python


def said(python: Path, script: str, *arguments: str) -> Any:
    """The JSON that a script prints last."""
    made = subprocess.run([str(python), "-c", script, *arguments], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout.splitlines()[-1])


def test_kserves_client_is_served(ran: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    """Live, ready, model ready; one tensor as JSON and in binary, both with the forecast of our own route."""
    python, row = environment_with("kserve", tmp_path / "kserve"), last_row(ran[0])
    with running(ran[0], tmp_path / "log") as service:
        own = ask(service, "POST", "/v1/predictions", json.dumps({"rows": [row]}).encode()).value
        found = said(python, KSERVE, service.url, json.dumps(list(row.values())))

    forecast = own["predictions"][0]["forecast"]
    assert found["ready"] == [True, True, True]
    assert found["forecasts"] == [[[pytest.approx(forecast, abs=1e-15)] * 2]] * 2


def test_mlflows_client_is_served(ran: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    """Its ping, its version, a table with and without parameters."""
    python, row = environment_with("mlflow", tmp_path / "mlflow"), last_row(ran[0])
    with running(ran[0], tmp_path / "log") as service:
        own = ask(service, "POST", "/v1/predictions", json.dumps({"rows": [row]}).encode()).value
        found = said(python, MLFLOW, service.url, json.dumps(row))

    forecast = own["predictions"][0]["forecast"]
    assert found == {"forecasts": [[pytest.approx(forecast, abs=1e-15)] * 2] * 2, "version": True}
