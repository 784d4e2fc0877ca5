"""`spx up` and a real browser: the graph is whole and green, and materializing from it works."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from spx_assets.artifacts import ASSETS
from spx_assets.home import open_store
from spx_assets.settings import Settings
from spx_assets_tests.product import command, environment

CHROMIUM = shutil.which("chromium")
# Chromium's own calls home, which a machine without network refuses one by one.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def up(ran: tuple[Path, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address that `spx up` prints over a copy of the home in which everything was run once, and that home."""
    home = tmp_path_factory.mktemp("up") / "home"
    shutil.copytree(ran[0], home)
    process = subprocess.Popen(
        command("up", "--no-dashboard"),
        env=environment(home, graph_port=str(_free_port()), api_port=str(_free_port())),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    printed = ""
    while "Ctrl-C" not in printed:
        line = process.stdout.readline()
        assert line, f"spx up ended: {printed}"
        printed += line
    address, api = re.findall(r"http://127\.0\.0\.1:\S+", printed)
    assert httpx.get(api.replace("/docs", "/v2/health/ready")).json()["ready"]
    yield address, home
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 0
    assert not _processes_of(home)


def _processes_of(home: Path) -> list[str]:
    """Command lines of processes that still work in `home`."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                if f"SPX_HOME={home}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                    found.append((folder / "cmdline").read_text())
            except OSError:
                continue
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page, large enough for the whole graph."""
    opened = browser.new_page(viewport={"width": 1600, "height": 1000})
    opened.set_default_timeout(30_000)
    yield opened
    opened.close()


def test_the_graph_shows_every_asset(up: tuple[str, Path], page: Page) -> None:
    """The printed address opens the graph unfolded, without a console error."""
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)

    page.goto(up[0])

    for asset in ASSETS:
        expect(page.get_by_text(asset, exact=True).first).to_be_visible()
    assert errors == []


@pytest.mark.parametrize("asset", ASSETS)
def test_every_asset_shows_its_description_and_checks(asset: str, up: tuple[str, Path], page: Page) -> None:
    """Description, owner and evaluated checks are on the asset's page."""
    root = up[0].partition("/asset-groups")[0]

    page.goto(f"{root}/assets/{asset}?view=checks")

    expect(page.get_by_text("Passed").first).to_be_visible()
    expect(page.get_by_text("Failed")).to_have_count(0)


def test_materializing_everything_from_the_graph_succeeds(up: tuple[str, Path], page: Page) -> None:
    """A click on Materialize all starts a run that ends well, and what was missing is there again."""
    address, home = up
    store = open_store(Settings.load({}, home=home))
    expected = store.current("next_forecast")
    shutil.rmtree(home / "store" / "next_forecast")

    page.goto(address)
    page.get_by_role("button", name=re.compile("Materialize all")).first.click()
    page.get_by_text(re.compile(r"Launched run|Starting run|View")).first.wait_for()
    page.goto(f"{address.partition('/asset-groups')[0]}/runs")

    deadline = time.monotonic() + 120
    while store.current("next_forecast") is None and time.monotonic() < deadline:
        page.wait_for_timeout(500)
    assert expected == store.current("next_forecast")
    expect(page.get_by_text("Success")).to_have_count(2, timeout=60_000)
    assert all(verdict.ok for verdict in store.verify())
