"""What Dagster, the store and the checks cost: `spx run` against the same functions called plainly.

Both from nothing, in fresh processes, in turn. Printed: CPU seconds, their difference (the promise is at
most 4) and ratio, and peak resident memory (the promise is under 600 MB).
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROUNDS = 3

PLAINLY = """
import pandas as pd
from spx_assets import artifacts, tasks
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
    """Measure both in turn and print one table."""
    rows: dict[str, list[tuple[float, float]]] = {"plain functions": [], "spx run": [], "spx run, unchanged": []}
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as home:
            rows["plain functions"].append(measured([sys.executable, "-c", PLAINLY], Path(home)))
            spx_run = [sys.executable, "-m", "spx_assets.cli", "run"]
            rows["spx run"].append(measured(spx_run, Path(home)))
            rows["spx run, unchanged"].append(measured(spx_run, Path(home)))
    plain = statistics.median(cpu for cpu, _ in rows["plain functions"])
    print(f"{'median of ' + str(ROUNDS):22} {'CPU s':>7} {'more':>7} {'ratio':>6} {'peak MB':>8}")
    for name, measurements in rows.items():
        cpu = statistics.median(cpu for cpu, _ in measurements)
        peak = max(peak for _, peak in measurements)
        print(f"{name:22} {cpu:7.2f} {cpu - plain:+7.2f} {cpu / plain:6.2f} {peak:8.0f}")


if __name__ == "__main__":
    main()
