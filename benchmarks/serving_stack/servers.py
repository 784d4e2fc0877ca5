"""The servers that are compared: how each is installed and started, and what it is asked."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
READY_WITHIN_S = 120
Rows = np.ndarray


@dataclass(frozen=True)
class Server:
    """One server: what `pip install` needs (nothing for ours), its commands, path and the bodies of its requests.

    `{python}`, `{bin}`, `{port}`, `{folder}` and `{here}` stand in commands. `bodies` turn rows into a body; the
    key `binary` gives body and headers.
    """

    name: str
    command: tuple[str, ...]
    path: str
    json_body: Callable[[Rows], bytes]
    packages: tuple[str, ...] = ()
    prepare: tuple[str, ...] = ()
    many_path: str = ""
    many_body: Callable[[Rows], bytes] | None = None
    binary: Callable[[Rows], tuple[bytes, Mapping[str, str]]] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


def rows_body(rows: Rows) -> bytes:
    """`{"rows": [[…], …]}`."""
    return json.dumps({"rows": rows.tolist()}).encode()


def tensor_body(rows: Rows) -> bytes:
    """One tensor of the Open Inference Protocol, flat, in JSON."""
    tensor = {"name": "features", "shape": list(rows.shape), "datatype": "FP64", "data": rows.ravel().tolist()}
    return json.dumps({"inputs": [tensor], "outputs": [{"name": "forecast"}]}).encode()


def plain_tensor_body(rows: Rows) -> bytes:
    """The same without naming the output, for servers whose models name it otherwise."""
    tensor = {"name": "features", "shape": list(rows.shape), "datatype": "FP64", "data": rows.ravel().tolist()}
    return json.dumps({"inputs": [tensor]}).encode()


def binary_body(rows: Rows) -> tuple[bytes, Mapping[str, str]]:
    """One tensor of the binary extension, answered in binary."""
    data = np.ascontiguousarray(rows, dtype="<f8").tobytes()
    tensor = {"name": "features", "shape": list(rows.shape), "datatype": "FP64"}
    head = json.dumps(
        {
            "inputs": [{**tensor, "parameters": {"binary_data_size": len(data)}}],
            "outputs": [{"name": "forecast", "parameters": {"binary_data": True}}],
        }
    ).encode()
    return head + data, {
        "Content-Type": "application/octet-stream",
        "Inference-Header-Content-Length": str(len(head)),
    }


def split_body(rows: Rows) -> bytes:
    """MLflow's `dataframe_split`."""
    columns = [f"feature_{number}" for number in range(rows.shape[1])]
    return json.dumps({"dataframe_split": {"columns": columns, "data": rows.tolist()}}).encode()


def named_body(features: tuple[str, ...]) -> Callable[[Rows], bytes]:
    """Rows by feature name, as `/v1/predictions` takes them."""
    return lambda rows: json.dumps({"rows": [dict(zip(features, row, strict=True)) for row in rows.tolist()]}).encode()


def ours(home: Path, features: tuple[str, ...]) -> list[Server]:
    """The floor, the service, and FastAPI as a user writes it."""
    service = {"SPX_HOME": str(home), "SPX_API_PORT": "{port}"}
    return [
        Server("constant ASGI application", ("{python}", "{here}/floor.py", "{port}"), "/", named_body(features)),
        Server(
            "spx serve",
            ("{python}", "-m", "spx_assets.cli", "serve"),
            "/v1/predictions",
            named_body(features),
            many_path="/v2/models/spx/infer",
            many_body=tensor_body,
            binary=binary_body,
            environment=service,
        ),
        Server(
            "FastAPI + pydantic + pipeline.predict",
            ("{python}", "{here}/plain_fastapi.py", "{port}"),
            "/predict",
            rows_body,
        ),
    ]


def peers() -> list[Server]:
    """The serving stacks that a user would pick, each by the names of its packages."""
    inference = "/v2/models/bench/infer"
    return [
        Server(
            "MLServer",
            ("{bin}/mlserver", "start", "{folder}"),
            inference,
            plain_tensor_body,
            packages=("mlserver", "mlserver-sklearn"),
            prepare=("{python}", "{here}/prepare_mlserver.py", "{port}", "{folder}"),
        ),
        Server(
            "KServe",
            ("{python}", "{here}/peer_kserve.py", "{port}"),
            inference,
            plain_tensor_body,
            packages=("kserve", "scikit-learn"),
        ),
        Server(
            "LitServe",
            ("{python}", "{here}/peer_litserve.py", "{port}"),
            "/predict",
            rows_body,
            packages=("litserve", "scikit-learn"),
        ),
        Server(
            "BentoML",
            ("{bin}/bentoml", "serve", "peer_bentoml:Served", "--host", "127.0.0.1", "--port", "{port}"),
            "/predict",
            rows_body,
            packages=("bentoml", "scikit-learn"),
        ),
        Server(
            "mlflow models serve",
            ("{bin}/mlflow", "models", "serve", "-m", "{folder}", "-p", "{port}", "--env-manager", "local"),
            "/invocations",
            split_body,
            packages=("mlflow", "scikit-learn"),
            prepare=("{python}", "{here}/prepare_mlflow.py", "{port}", "{folder}"),
        ),
    ]


@dataclass
class Running:
    """A started server."""

    server: Server
    port: int
    process: subprocess.Popen[bytes]

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        """The answer to one request; an exception unless it is 200."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{self.server.name} answered {answer.status}: {content[:200]!r}")
        return content

    def resident_mb(self) -> float:
        """Resident memory of the process."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def cpu_s(self) -> float:
        """CPU seconds that it and its children have used."""
        ticks = sum(sum(map(int, _stat(pid)[11:13])) for pid in _tree(self.process.pid))
        return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def started(
    server: Server, environments: Path, training: Path, processor: int | None, probe: Rows
) -> Iterator[Running]:
    """A server on a processor of its own, ready to answer; ended afterwards with all its processes."""
    python = _environment(server, environments)
    port = _free_ports(3)
    slug = "".join(letter for letter in server.name.lower() if letter.isalpha())
    names = {"python": python, "bin": python.parent, "port": port, "folder": training.parent / slug, "here": HERE}
    plain = {key: value for key, value in os.environ.items() if not key.startswith("SPX_")}
    given = {key: value.format(**names) for key, value in server.environment.items()}
    environment = {
        **plain,
        **given,
        "BENCHMARK_TRAINING": str(training),
        "PYTHONPATH": str(HERE) if server.name != "spx serve" else "",
        "OMP_NUM_THREADS": "1",
        "PATH": f"{python.parent}:{plain['PATH']}",
    }
    if server.prepare:
        prepare = [part.format(**names) for part in server.prepare]
        subprocess.run(prepare, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with (training.parent / f"{slug}.log").open("wb") as log:
        process = subprocess.Popen(
            [part.format(**names) for part in server.command],
            env=environment,
            cwd=training.parent,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    running = Running(server, port, process)
    try:
        if processor is not None:
            os.sched_setaffinity(process.pid, {processor})
        _wait(running, probe)
        yield running
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _free_ports(count: int) -> int:
    """The first of so many ports in a row that nobody listens on: MLServer takes three."""
    while True:
        with ExitStack() as stack:
            first = 0
            try:
                for number in range(count):
                    probe = stack.enter_context(socket.socket())
                    probe.bind(("127.0.0.1", first + number if first else 0))
                    first = first or probe.getsockname()[1]
            except (OSError, OverflowError):
                continue
            return first


def _environment(server: Server, environments: Path) -> Path:
    """The interpreter that runs a server: this one, or that of a virtual environment with its packages."""
    if not server.packages:
        return Path(sys.executable)
    folder = environments / server.packages[0]
    python = folder / "bin" / "python"
    if not (folder / ".done").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *server.packages], check=True)
        (folder / ".done").touch()
    return python


def _wait(running: Running, probe: Rows) -> None:
    until = time.monotonic() + READY_WITHIN_S
    while True:
        try:
            running.post(running.server.path, running.server.json_body(probe), {})
        except (OSError, http.client.HTTPException, RuntimeError) as error:
            if time.monotonic() > until or running.process.poll() is not None:
                raise RuntimeError(f"{running.server.name} does not answer: {error}") from error
            time.sleep(0.02)
        else:
            return


def _tree(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += _tree(int(child))
    return found


def _stat(pid: int) -> list[Any]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
