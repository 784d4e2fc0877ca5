"""How long a reader waits: every page of the dashboard in headless Chromium, on the embedded data.

`spx run` fills a home, `spx serve` and `spx dashboard` are started on it. Each page is opened by its address in a
browser that has nothing cached, beside what Streamlit itself takes for an application of one title, then chosen in the
menu. A view ends when the page's script has run, its title stands and every chart is drawn. Printed: seconds to open
each page, and as a multiple of the empty application's in the same run; of the first view by the menu and of later ones
(the promise is under 2); CPU seconds of the server per view, its memory, and its start.
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

from playwright.sync_api import Browser, Page, sync_playwright

from spx_assets.commands.services import answers
from spx_assets.dashboard import launch, pages

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
EMPTY = "Empty"
HEALTH = "/_stcore/health"
CHARTS_DRAWN = """() => [...document.querySelectorAll('[data-testid=stVegaLiteChart]')]
    .every(chart => chart.querySelector('canvas, svg'))"""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(
    module: str, *arguments: str, environment: dict[str, str], ready: str
) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """One service until the end of the block, and the seconds until it answered."""
    begun = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        is_ready = answers(ready)
        while not is_ready():
            if process.poll() is not None:
                sys.exit(f"{module} {arguments[0]} ended with status {process.returncode}")
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


def opened(browser: Browser, address: str, title: str) -> float:
    """Seconds until a page opened by its address is drawn, in a browser that has nothing of the dashboard yet."""
    context = browser.new_context()
    page = context.new_page()
    begun = time.monotonic()
    page.goto(address)
    drawn(page, title)
    taken = time.monotonic() - begun
    context.close()
    return taken


def view(page: Page, name: str) -> float:
    """Seconds from the click in the menu until the page is drawn."""
    begun = time.monotonic()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name).click()
    drawn(page, TITLES[name])
    return time.monotonic() - begun


def drawn(page: Page, title: str) -> None:
    """Wait until a page's script has run, its title stands and every chart is drawn."""
    page.get_by_role("heading", level=1, name=title).wait_for()
    page.locator("[data-test-script-state=notRunning]").wait_for(state="attached")
    page.wait_for_function(CHARTS_DRAWN)


def print_openings(browser: Browser, address: str, empty: str) -> None:
    """Each page opened by its address, in turn with the empty application, so that a busy minute meets both."""
    openings = {EMPTY: (empty, EMPTY)}
    openings |= {page.title: (f"{address}/{name}", TITLES[page.title]) for name, page in pages.PAGES.items()}
    seconds: dict[str, list[float]] = {name: [] for name in openings}
    for _ in range(ROUNDS):
        for name, where in openings.items():
            seconds[name].append(opened(browser, *where))
    ceiling = statistics.median(seconds[EMPTY])
    print(f"{'opened':14} {'s':>8} {'x empty':>8}")
    for name, taken in seconds.items():
        print(f"{name:14} {statistics.median(taken):8.2f} {statistics.median(taken) / ceiling:8.2f}")


def print_views(page: Page, pid: int) -> None:
    """Each page chosen in the menu of a browser that is open."""
    print(f"{'in the menu':14} {'first s':>8} {'later s':>8} {'worst s':>8} {'server CPU s':>13}")
    seconds: dict[str, list[float]] = {name: [] for name in TITLES}
    used: dict[str, list[float]] = {name: [] for name in TITLES}
    for _ in range(ROUNDS + 1):
        for name in (*list(TITLES)[1:], "Now"):
            before, _memory = cpu_and_memory(pid)
            seconds[name].append(view(page, name))
            used[name].append(cpu_and_memory(pid)[0] - before)
    for name, (first, *later) in seconds.items():
        cpu = statistics.median(used[name][1:])
        print(f"{name:14} {first:8.2f} {statistics.median(later):8.2f} {max(later):8.2f} {cpu:13.2f}")


@contextmanager
def services(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], float, str, str]]:
    """The dashboard over a home in which everything was run, its start in seconds, its address, the empty one's."""
    ports = {"SPX_DASHBOARD_PORT": str(free_port()), "SPX_API_PORT": str(free_port())}
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("SPX_")}
    environment = {**inherited, "SPX_HOME": str(home), **ports}
    subprocess.run([sys.executable, "-m", "spx_assets.cli", "run"], env=environment, check=True, capture_output=True)
    title = home / "empty.py"
    title.write_text(f"import streamlit\n\nstreamlit.title('{EMPTY}')\n")
    where = {"server.address": "127.0.0.1", "server.port": str(free_port()), **launch.BEHAVIOUR}
    streamlit = ("streamlit", "run", str(title), *(f"--{name}={value}" for name, value in where.items()))
    api, address, empty = (f"http://127.0.0.1:{port}" for port in (*reversed(ports.values()), where["server.port"]))
    with (
        started("spx_assets.cli", "serve", environment=environment, ready=f"{api}/v2/health/ready"),
        started("spx_assets.cli", "dashboard", environment=environment, ready=f"{address}{HEALTH}") as (
            server,
            start_s,
        ),
        started(*streamlit, environment=environment, ready=f"{empty}{HEALTH}"),
    ):
        yield server, start_s, address, empty


def main() -> None:
    """Measure and print two tables."""
    if CHROMIUM is None:
        print("Debian's chromium is not installed; nothing was measured.")
        return
    with (
        tempfile.TemporaryDirectory() as home,
        services(Path(home)) as (server, start_s, address, empty),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        print(f"start {start_s:.1f} s, first opened in {opened(browser, address, TITLES['Now']):.2f} s")
        print_openings(browser, address, empty)
        page = browser.new_page()
        page.goto(address)
        drawn(page, TITLES["Now"])
        print_views(page, server.pid)
        print(f"resident {cpu_and_memory(server.pid)[1]:.0f} MB")


if __name__ == "__main__":
    main()
