"""How long a reader waits: every page of the dashboard in headless Chromium, on the embedded data.

`spx run` fills a home, `spx serve` and `spx dashboard` are started on it, then each page is chosen in the menu. A view
ends when the page's script has run, its title stands and every chart is drawn. Printed: seconds of the first view of
each page and of later ones (the promise is under 2), CPU seconds of the server per view, its memory, and its start.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from spx_assets.commands.services import answers

ROUNDS = 5
CHROMIUM = shutil.which("chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
TITLES = {
    "Now": "The coming sessions",
    "Track record": "Track record",
    "Model": "Model",
    "Data": "Data",
    "What if": "What if",
    "Health": "Health",
}
CHARTS_DRAWN = """() => [...document.querySelectorAll('[data-testid=stVegaLiteChart]')]
    .every(chart => chart.querySelector('canvas, svg'))"""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(name: str, environment: dict[str, str], ready: str) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """One service until the end of the block, and the seconds until it answered."""
    begun = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "spx_assets.cli", name],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        is_ready = answers(ready)
        while not is_ready():
            if process.poll() is not None:
                sys.exit(f"{name} ended with status {process.returncode}")
            time.sleep(0.05)
        yield process, time.monotonic() - begun
    finally:
        process.terminate()
        process.wait(30)


def cpu_and_memory(pid: int) -> tuple[float, float]:
    """CPU seconds used so far and resident memory in MB."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK"), int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def opened(page: Page, address: str) -> float:
    """Seconds until the first page is drawn in a browser that has nothing of the dashboard yet."""
    begun = time.monotonic()
    page.goto(address)
    drawn(page, "Now")
    return time.monotonic() - begun


def view(page: Page, name: str) -> float:
    """Seconds from the click in the menu until the page is drawn."""
    begun = time.monotonic()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name).click()
    drawn(page, name)
    return time.monotonic() - begun


def drawn(page: Page, name: str) -> None:
    """Wait until a page's script has run, its title stands and every chart is drawn."""
    page.get_by_role("heading", level=1, name=TITLES[name]).wait_for()
    page.locator("[data-test-script-state=notRunning]").wait_for(state="attached")
    page.wait_for_function(CHARTS_DRAWN)


def main() -> None:
    """Measure and print one table."""
    if CHROMIUM is None:
        print("Debian's chromium is not installed; nothing was measured.")
        return
    with tempfile.TemporaryDirectory() as home:
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("SPX_")}
        ports = {"SPX_DASHBOARD_PORT": str(free_port()), "SPX_API_PORT": str(free_port())}
        environment = {**inherited, "SPX_HOME": home, **ports}
        subprocess.run(
            [sys.executable, "-m", "spx_assets.cli", "run"], env=environment, check=True, capture_output=True
        )
        address = f"http://127.0.0.1:{ports['SPX_DASHBOARD_PORT']}"
        api = f"http://127.0.0.1:{ports['SPX_API_PORT']}/v2/health/ready"
        with (
            started("serve", environment, api),
            started("dashboard", environment, f"{address}/_stcore/health") as (server, start_s),
            sync_playwright() as playwright,
        ):
            page = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET).new_page()
            print(f"opened in {opened(page, address):.2f} s, a browser's first view of all")
            print(f"{'page':14} {'first s':>8} {'later s':>8} {'worst s':>8} {'server CPU s':>13}")
            seconds: dict[str, list[float]] = {name: [] for name in TITLES}
            used: dict[str, list[float]] = {name: [] for name in TITLES}
            for _ in range(ROUNDS + 1):
                for name in (*list(TITLES)[1:], "Now"):
                    before, _memory = cpu_and_memory(server.pid)
                    seconds[name].append(view(page, name))
                    used[name].append(cpu_and_memory(server.pid)[0] - before)
            for name, (first, *later) in seconds.items():
                cpu = statistics.median(used[name][1:])
                print(f"{name:14} {first:8.2f} {statistics.median(later):8.2f} {max(later):8.2f} {cpu:13.2f}")
            print(f"start {start_s:.1f} s, resident {cpu_and_memory(server.pid)[1]:.0f} MB")


if __name__ == "__main__":
    main()
