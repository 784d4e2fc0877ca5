"""What Dagster and the store cost: `spx run` against the same functions called plainly in one process.

All from nothing, in fresh processes, in turn. Plainly twice: the tasks alone, and the tasks with the checks that
the assets make (contracts, look-ahead, gates), which are functions of the rooms too. Printed: CPU seconds, what
`spx run` costs more than the tasks with their checks (the promise is at most 4), ratio, and peak resident memory
(the promise is under 600 MB).
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROUNDS = 3

TASKS = """
import pandas as pd
from spx_assets import artifacts, features, forecasting, tasks
from spx_assets.market.observation import validated
from spx_assets.settings import Settings

settings = Settings.load({})
observations = tasks.ingest("sample", now=pd.Timestamp.now(tz="UTC")).observations
cleaned = tasks.clean(observations, settings)
evaluation = tasks.evaluate(cleaned, settings)
trained = tasks.train(cleaned, evaluation, settings)
artifacts.model_payload(trained)
forecast = tasks.forecast(trained, cleaned, model_version="plain", data_version="plain")
tasks.report(observations, cleaned, evaluation, trained, forecast)
"""
CHECKS = """
validated(observations)
features.validated(cleaned)
assert not features.look_ahead(observations, cleaned)
assert all(gate.passed for gate in forecasting.gates(trained, None, evaluation, cleaned))
"""


def measured(argv: list[str], home: Path) -> tuple[float, float]:
    """CPU seconds and peak memory in MB of one process from start to end."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SPX_")}
    process = subprocess.Popen(
        argv, env={**environment, "SPX_HOME": str(home)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{argv} ended with status {status}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    """Measure all in turn and print one table."""
    spx_run = [sys.executable, "-m", "spx_assets.cli", "run"]
    commands = {
        "the tasks": [sys.executable, "-c", TASKS],
        "the tasks with their checks": [sys.executable, "-c", TASKS + CHECKS],
        "spx run": spx_run,
        "spx run again, unchanged": spx_run,
    }
    rows: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as home:
            for name, argv in commands.items():
                rows[name].append(measured(argv, Path(home)))
    plain = statistics.median(cpu for cpu, _ in rows["the tasks with their checks"])
    print(f"{'median of ' + str(ROUNDS):28} {'CPU s':>7} {'more':>7} {'ratio':>6} {'peak MB':>8}")
    for name, measurements in rows.items():
        cpu = statistics.median(cpu for cpu, _ in measurements)
        peak = max(peak for _, peak in measurements)
        print(f"{name:28} {cpu:7.2f} {cpu - plain:+7.2f} {cpu / plain:6.2f} {peak:8.0f}")


if __name__ == "__main__":
    main()
