"""What reading costs: the embedded sample, and long real histories where they are beside the repository.

Each reading in a fresh process, three times. Printed: observations, the best CPU seconds of reading alone, what
one observation costs, and the peak memory of the whole process. The promise: a century of daily prices in under
1.5 CPU seconds, and under 300 MB.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROUNDS = 3
SHARED = Path(__file__).parents[1].parent / "shared" / "data"
READINGS = {
    "sample": "sample",
    "S&P 500 1927-, Yahoo's columns": "history/gspc_daily_yahoo_1927_2026.csv",
    "S&P 500 1789-, Stooq": "wire/stooq_spx_d_2023-08.csv",
    "VIX 1990-, CBOE": "wire/cboe_VIX_History_2026-03-27.csv",
    "10-year yield 1962-, FRED": "wire/fredgraph_DGS10_newheader_2026-07.csv",
}
READ = """
import resource, sys, time
import pandas as pd
from spx_assets import market
market.decision_times(pd.DatetimeIndex(["2024-01-02"]))
market.CATALOGUE["treasury_10y"].known_at(pd.DatetimeIndex(["2024-01-02"]))  # the calendar, built once
began = time.process_time()
reading = market.read_source(sys.argv[1], now=pd.Timestamp.now(tz="UTC"))
spent = time.process_time() - began
print(len(reading.observations), spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def measured(source: str) -> tuple[int, float, float]:
    """Observations, CPU seconds and peak memory in MB of one reading."""
    shown = subprocess.run([sys.executable, "-c", READ, source], capture_output=True, text=True, check=True)
    count, seconds, memory = shown.stdout.split()
    return int(count), float(seconds), float(memory)


def main() -> None:
    """Read each and print one table."""
    print(f"{'reading':34} {'observations':>12} {'CPU s':>7} {'µs each':>8} {'peak MB':>8}")
    for name, source in READINGS.items():
        path = SHARED / source
        if source != "sample" and not path.exists():
            print(f"{name:34} {'not here':>12}")
            continue
        rounds = [measured(source if source == "sample" else str(path)) for _ in range(ROUNDS)]
        count, seconds, memory = min(rounds, key=lambda found: found[1])
        print(f"{name:34} {count:12,} {seconds:7.2f} {1e6 * seconds / count:8.1f} {memory:8.0f}")


if __name__ == "__main__":
    main()
