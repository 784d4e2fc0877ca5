"""`spx dashboard` in a real browser: every page draws without an error, asks nobody else, and follows the store."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from spx_assets.commands.services import answers
from spx_assets.dashboard import counters, pages, stored
from spx_assets.dashboard.wording import percent, precise
from spx_assets.settings import Settings
from spx_assets_tests.dashboard.contrast import FAINT
from spx_assets_tests.e2e.test_asset_graph import CHROMIUM, QUIET
from spx_assets_tests.product import command, environment
from spx_assets_tests.serving.running import exchanged, free_port

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]
TITLES = {
    "Now": "The coming sessions",
    "Track record": "Track record",
    "Model": "Model",
    "Report": "Report",
    "Data": "Data",
    "What if": "What if",
    "Health": "Health",
}


@dataclass
class Visit:
    """A browser's page, what it complained of, and what it asked of anybody else."""

    page: Page
    home: Path
    api: str
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def open(self, name: str) -> None:
        """Choose a page in the menu and wait until it is drawn."""
        self.page.get_by_test_id("stSidebarNav").get_by_role("link", name=name).click()
        expect(self.page.get_by_role("heading", level=1, name=TITLES[name])).to_be_visible()
        expect(self.page.locator("[data-test-script-state=notRunning]")).to_be_attached()


@pytest.fixture(scope="module")
def served(
    ran: tuple[Path, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str, Path]]:
    """The addresses of dashboard and API, and their home: a copy of the one in which everything was run once."""
    home = tmp_path_factory.mktemp("dashboard") / "home"
    shutil.copytree(ran[0], home, ignore=shutil.ignore_patterns("dagster", "logs"), symlinks=True)
    ports = {"dashboard_port": str(free_port()), "api_port": str(free_port())}
    processes = [
        subprocess.Popen(command(name), env=environment(home, **ports), stdout=subprocess.PIPE, text=True)
        for name in ("serve", "dashboard")
    ]
    stdout = processes[1].stdout
    assert stdout is not None
    (address,) = re.findall(r"http://127\.0\.0\.1:\d+", stdout.readline())
    api = f"http://127.0.0.1:{ports['api_port']}"
    for url in (f"{address}/_stcore/health", f"{api}/v2/health/ready"):
        is_ready = answers(url)
        while not is_ready():
            assert [None, None] == [process.poll() for process in processes]
            time.sleep(0.2)
    yield address, api, home
    for process in processes:
        process.send_signal(signal.SIGINT)
    assert [0, 0] == [process.wait(timeout=60) for process in processes]
    found = counters.read(home / "dashboard")
    assert found is not None
    assert found.stopped_at


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def visit(served: tuple[str, str, Path], browser: Browser) -> Iterator[Visit]:
    """The first page, open; everything it says in the console and asks of others is written down."""
    address, api, home = served
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    page.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    visit = Visit(page, home, api)
    page.on("console", lambda said: visit.complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.on("request", lambda asked: None if _is_own(asked.url, address) else visit.strangers.append(asked.url))
    page.goto(address)
    yield visit
    page.close()


def _is_own(url: str, address: str) -> bool:
    return url.startswith((address, address.replace("http", "ws", 1), "data:", "blob:"))


def test_pages_of_others_neither_frame_it_nor_talk_to_it(served: tuple[str, str, Path]) -> None:
    """Nor those of another port of this machine; and no body of a request is answered as a request."""
    port = int(served[0].rpartition(":")[2])
    handshake = (
        f"GET /_stcore/stream HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n"
        "sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    )
    statuses = [
        handshaken(port, f"{handshake}origin: {origin}\r\n\r\n")
        for origin in (
            served[0],
            f"http://127.0.0.1:{port + 1}",
            "http://localhost:3000",
            "null",
            "https://evil.example",
        )
    ]
    assert statuses == [101, 403, 403, 403, 403]

    page = httpx.get(served[0])
    assert "frame-ancestors 'self'" in page.headers["content-security-policy"]

    hidden = f"GET /_stcore/health HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\n\r\n".encode()
    head = (
        f"POST /_stcore/health HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: upgrade\r\nupgrade: h2c\r\n"
        f"content-length: {len(hidden)}\r\n\r\n"
    ).encode()
    assert exchanged(port, head, hidden, b"GET /none HTTP/1.1\r\nconnection: close\r\n\r\n").count(b"\r\n\r\nok") == 0


def handshaken(port: int, request: str) -> int:
    """The status that answers the request for a WebSocket."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request.encode())
        return int(connection.recv(12)[9:12])


def test_every_page_draws_without_an_error_and_asks_nobody_else(visit: Visit) -> None:
    """No console error, no traceback, no request beyond this server; every view is counted."""
    for name in TITLES:
        visit.open(name)
        expect(visit.page.get_by_text("Traceback")).to_have_count(0)

    assert [] == visit.complaints
    assert [] == visit.strangers
    found = counters.read(visit.home / "dashboard")
    assert found is not None
    assert set(found.page_views) == {"now", "track-record", "model", "data", "what-if", "report", "health"}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_readable_and_named(visit: Visit, theme: Literal["light", "dark"]) -> None:
    """Text stands out by WCAG AA; headings go down one level at a time; charts, pictures and tables have a name."""
    visit.page.emulate_media(color_scheme=theme)
    visit.page.reload()
    for name in TITLES:
        visit.open(name)
        expect(visit.page).to_have_title(f"{name} – spx_assets")
        expect(visit.page.get_by_test_id("stSkeleton")).to_have_count(0)

        assert [] == visit.page.evaluate(FAINT)
        assert "en" == visit.page.locator("html").get_attribute("lang")
        levels = visit.page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(each => +each.tagName[1])")
        assert 1 == levels[0]
        assert all(after - before <= 1 for before, after in pairwise(levels))
        for drawn in visit.page.locator("[role=graphics-document], [data-testid=stMain] img, table").all():
            assert drawn.get_attribute("aria-label") or drawn.get_attribute("alt")


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until what is so called has the focus."""
    for _ in range(100):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "document.activeElement.matches('a, button, input') && document.activeElement.outerHTML"
        )
        if focused and name in focused:
            return
    raise AssertionError(f"{name} is not reached by Tab")


def test_what_if_is_asked_by_keys_alone(visit: Visit) -> None:
    """From the top of the page: the menu, every feature by its name and unit, the question."""
    _tab_to(visit.page, "What if")
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("button", name="Ask the API")).to_be_visible()
    expect(visit.page.get_by_role("slider").first).to_be_visible()
    expect(visit.page.get_by_test_id("stSkeleton")).to_have_count(0)
    _tab_to(visit.page, "VIX level, % per year")
    visit.page.keyboard.press("ArrowLeft")
    _tab_to(visit.page, "Ask the API")
    visit.page.keyboard.press("Enter")

    expect(visit.page.get_by_test_id("stMain")).to_contain_text("Moved: VIX level.")


@pytest.mark.parametrize("typed", ["now", "what-if"])
def test_a_page_opens_by_its_address(visit: Visit, typed: str) -> None:
    """Typed by hand, the first page's too."""
    visit.page.goto(f"{visit.page.url.rstrip('/')}/{typed}")

    expect(visit.page.get_by_role("heading", level=1, name=TITLES[pages.PAGES[typed].title])).to_be_visible()
    expect(visit.page.get_by_text("Page not found")).to_have_count(0)


def test_what_if_returns_the_api_s_own_number(visit: Visit) -> None:
    """A slider is moved by keyboard; the page shows what the API answers for the same row."""
    counted = counters.read(visit.home / "dashboard")
    assert counted is not None
    before = counted.what_if_runs
    visit.open("What if")
    slider = visit.page.get_by_test_id("stSlider").filter(has_text="VIX level").get_by_role("slider")
    slider.focus()
    for _ in range(20):
        visit.page.keyboard.press("ArrowLeft")
    vix = float(slider.input_value())
    settings = Settings.load({}, home=visit.home)
    row = stored.current(settings, "deployed_model").documents["model_card.json"]["features"]
    last = stored.current(settings, "cleaned_data").table.iloc[-1]
    body = {"rows": [{**{name: float(last[name]) for name in row}, "vix_level": vix}], "horizon": 1, "level": 0.9}

    visit.page.get_by_role("button", name="Ask the API").click()

    answer = httpx.post(f"{visit.api}/v1/predictions", json=body, trust_env=False).raise_for_status().json()
    (expected,) = answer["predictions"]
    shown = visit.page.get_by_test_id("stMain")
    expect(shown).to_contain_text(f"{percent(expected['lower'])} to {percent(expected['upper'])}")
    expect(visit.page.get_by_test_id("stMetricValue").last).to_have_text(precise(expected["forecast"]))
    expect(shown).to_contain_text("Moved: VIX level.")
    expect(shown).to_contain_text(f"Model {answer['model_version']}")
    found = counters.read(visit.home / "dashboard")
    assert found is not None
    assert found.what_if_runs == before + 1


def test_a_store_that_changes_shows_by_itself(visit: Visit) -> None:
    """Nobody presses anything: what is gone is told, and what comes back is shown."""
    visit.open("Now")
    expect(visit.page.get_by_test_id("stMetric").first).to_be_visible()
    pointer = visit.home / "store" / "next_forecast" / "CURRENT"
    stored = pointer.read_bytes()

    pointer.unlink()
    expect(visit.page.get_by_text("There is no next_forecast in this store yet.")).to_be_visible()
    pointer.write_bytes(stored)
    expect(visit.page.get_by_test_id("stMetric").first).to_be_visible()


def test_a_damaged_store_is_told_in_a_sentence(visit: Visit) -> None:
    """No traceback and no figure."""
    pointer = visit.home / "store" / "walk_forward" / "CURRENT"
    stored = pointer.read_bytes()
    pointer.write_bytes(b"nonsense\n")

    visit.open("Track record")
    expect(visit.page.get_by_text("CURRENT of walk_forward does not name a version")).to_be_visible()
    pointer.write_bytes(stored)

    assert [] == visit.complaints


def _knocked(address: str, **headers: str) -> int:
    """The status that a browser's WebSocket handshake with these headers gets."""
    host, _, port = address.removeprefix("http://").partition(":")
    given = {
        "Host": f"{host}:{port}",
        "Origin": address,
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        **headers,
    }
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        lines = [f"{name}: {value}" for name, value in given.items()]
        connection.sendall("\r\n".join(["GET /_stcore/stream HTTP/1.1", *lines, "", ""]).encode())
        return int(connection.recv(64).split()[1])


def test_foreign_pages_and_names_get_no_session(served: tuple[str, str, Path]) -> None:
    """Another site open in the same browser cannot read along, nor a name that was pointed at this machine."""
    address, _, _ = served

    assert 101 == _knocked(address)
    assert 403 == _knocked(address, Origin="http://elsewhere.example")
    assert 403 == _knocked(address, Host="elsewhere.example")
