"""What serving costs: one row, and 10,000 rows, through `spx serve` and through what else would serve the model.

Every server on one processor, the load on another, in turn for a few rounds; medians. One row is shown as a share of a
bare constant ASGI application on the same uvicorn, uvloop and httptools in the same run: nothing that answers over
HTTP in Python does better. With `--peers` MLServer, KServe, LitServe, BentoML and `mlflow models serve` join, each
in a virtual environment that is made for it (`--environments` keeps them), 3 GB in all. The promises: at least
0.60 of the constant application at 16 and 64 connections, 0.85 at one.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import timeit
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from serving_stack.deployed import deploy
from serving_stack.servers import Running, Server, ours, peers, started
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from spx_assets import compiled, tasks
from spx_assets.forecasting.compiled import compile_model
from spx_assets.forecasting.trained_model import FittedModel

CONNECTIONS = (1, 16, 64)
MANY = 10_000
LOAD = Path(__file__).parent / "serving_stack" / "load.py"


def options() -> argparse.Namespace:
    """What was asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--peers", action="store_true", help="compare with other serving stacks, installed when needed")
    asked.add_argument("--environments", type=Path, help="where their virtual environments are kept")
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--seconds", type=float, default=2.0, help="of each measurement")
    return asked.parse_args()


def main() -> None:
    """Deploy, start every server, measure all in turn and print the tables."""
    asked = options()
    processors = sorted(os.sched_getaffinity(0))
    serve_on, load_from = (processors[0], processors[1]) if len(processors) > 1 else (None, None)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        place = Path(folder)
        training = place / "training.npz"
        observations = tasks.ingest("sample", now=pd.Timestamp.now(tz="UTC")).observations
        features, X = deploy(place / "home", observations, training)
        running = []
        for server in [*ours(place / "home", features), *(peers() if asked.peers else [])]:
            try:
                environments = asked.environments or place / "environments"
                running.append(stack.enter_context(started(server, environments, training, serve_on, X[:1])))
            except (RuntimeError, subprocess.CalledProcessError) as failed:
                print(f"{server.name} is left out: {failed}", file=sys.stderr)
        starting(running[1].server, training, X, asked, serve_on)
        one_row(running, X, place, asked, load_from)
        many_rows(running, X, asked)
        boosting(X, np.load(training)["y"])


def one_row(running: list[Running], X: np.ndarray, place: Path, asked: argparse.Namespace, load_from: Any) -> None:
    """Requests per second of each at each number of connections, as shares of the first; CPU per request."""
    rates: dict[tuple[str, int], list[float]] = {}
    costs: dict[str, list[float]] = {}
    for _ in range(asked.rounds):
        for connections in CONNECTIONS:
            for each in running:
                request = place / "request"
                request.write_bytes(_request(each.server, each.server.json_body(X[-1:])))
                before = each.cpu_s()
                found = _loaded(each, request, connections, asked.seconds, load_from)
                if found["failures"]:
                    sys.exit(f"{each.server.name}: {found['failures']} requests failed")
                rates.setdefault((each.server.name, connections), []).append(found["answers"] / found["seconds"])
                if connections == 16:
                    # The load runs a little longer than it counts: CPU is per answer of the whole of it.
                    spent = each.cpu_s() - before
                    costs.setdefault(each.server.name, []).append(spent / max(1, found["all_answers"]))
    floor = running[0].server.name
    print(
        f"{'one row, ' + str(X.shape[1]) + ' features':38}"
        + "".join(f"{c:>5} conn.  share" for c in CONNECTIONS)
        + "  CPU µs"
    )
    for each in running:
        name = each.server.name
        cells = []
        for connections in CONNECTIONS:
            rate = statistics.median(rates[name, connections])
            shares = [a / b for a, b in zip(rates[name, connections], rates[floor, connections], strict=True)]
            cells.append(f"{rate:9,.0f}/s {statistics.median(shares):6.3f}")
        print(f"{name:38}" + "".join(cells) + f"{1e6 * statistics.median(costs[name]):8.0f}")


def starting(server: Server, training: Path, X: np.ndarray, asked: argparse.Namespace, serve_on: Any) -> None:
    """Seconds from the command to the first answer, CPU seconds of that, and resident memory."""
    found = []
    for _ in range(asked.rounds):
        begun = time.perf_counter()
        with started(server, training.parent, training, serve_on, X[:1]) as running:
            found.append((time.perf_counter() - begun, running.cpu_s(), running.resident_mb()))
    seconds, cpu, memory = map(statistics.median, zip(*found, strict=True))
    print(f"\n{server.name} answers after {seconds:.2f} s ({cpu:.2f} s of CPU) and holds {memory:.0f} MB")


def many_rows(running: list[Running], X: np.ndarray, asked: argparse.Namespace) -> None:
    """Rows per second of 10,000 in one request, JSON and binary."""
    rows = X[np.arange(MANY) % len(X)]
    print(f"\n{'10,000 rows in one request':38}{'rows/s':>12}")
    for each in running[1:]:
        server = each.server
        forms = [("JSON", server.many_path or server.path, (server.many_body or server.json_body)(rows), {})]
        if server.binary is not None:
            forms.append(("binary", server.many_path, *server.binary(rows)))
        for form, path, body, headers in forms:
            try:
                each.post(path, body, headers)
            except (RuntimeError, OSError) as failed:
                print(f"{server.name + ', ' + form:38}{'refused':>12}  {str(failed)[:60]}")
                continue
            spent = []
            for _ in range(3 * asked.rounds):
                begun = time.perf_counter()
                each.post(path, body, headers)
                spent.append(time.perf_counter() - begun)
            print(f"{server.name + ', ' + form:38}{MANY / statistics.median(spent):12,.0f}")


def boosting(X: np.ndarray, y: np.ndarray) -> None:
    """One row of histogram boosting, walked as arrays and predicted by scikit-learn."""
    estimator = HistGradientBoostingRegressor(max_iter=200, early_stopping=False).fit(X, y)
    names = (*(f"feature_{number}" for number in range(X.shape[1] - 1)), "vix_level")
    fitted = FittedModel(1, "boosting", estimator, names, {}, X[:8], estimator.predict(X[:8]))
    made = compile_model(fitted, X)
    assert made is not None
    model, row = compiled.load(compiled.dumps(made)), X[-1].tolist()
    walked = min(timeit.repeat(lambda: model.forecast_one(row), number=200, repeat=5)) / 200
    with threadpool_limits(1):  # starting threads for one row costs it more than walking
        predicted = min(timeit.repeat(lambda: estimator.predict(X[-1:]), number=20, repeat=5)) / 20
    print(f"\none row, 200 boosted trees: {1e6 * walked:.0f} µs walked, {1e6 * predicted:.0f} µs by predict")
    print(f"{predicted / walked:.0f} times as fast")


def _request(server: Server, body: bytes) -> bytes:
    head = f"POST {server.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _loaded(running: Running, request: Path, connections: int, seconds: float, processor: Any) -> dict[str, float]:
    task = {"port": running.port, "request": str(request), "connections": connections, "seconds": seconds}
    made = subprocess.run(
        [sys.executable, str(LOAD)],
        input=json.dumps({**task, "processor": processor}),
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        sys.exit(f"The load on {running.server.name} failed: {made.stderr.strip().splitlines()[-1:]}")
    return dict(json.loads(made.stdout))


if __name__ == "__main__":
    main()
