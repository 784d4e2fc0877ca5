"""The page in a browser: light and dark, sorting by mouse and by keyboard, no error and no request."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from spx_assets.reporting import Report
from spx_assets.reporting.web.behaviour import SCRIPT

CHROMIUM = shutil.which("chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run"]
in_browser = pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")
GROUND = "getComputedStyle(document.body).backgroundColor"


def test_the_script_sends_and_fetches_nothing() -> None:
    """No request is in it, and no way to run text as code."""
    for word in ("fetch(", "XMLHttpRequest", "import(", "eval(", "innerHTML", "http:", "https:"):
        assert word not in SCRIPT


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One headless Chromium for this module."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def opened(browser: Browser, rendered: Report, tmp_path: Path) -> Iterator[Page]:
    """The report, opened from a file, in a browser that prefers light; at the end nothing was said or asked."""
    file = tmp_path / "analysis_report.html"
    file.write_bytes(rendered.html)
    page = browser.new_page(color_scheme="light")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if request.url.startswith("http") else None)
    page.goto(file.as_uri())
    yield page
    assert said == []
    page.close()


@pytest.mark.browser
@in_browser
def test_dark_by_system_and_by_button(opened: Page) -> None:
    """The button wins over the system, says what a press gives, and is remembered."""
    assert opened.evaluate(GROUND) == "rgb(255, 255, 255)"
    assert opened.inner_text("#theme") == "Dark"
    opened.emulate_media(color_scheme="dark")
    opened.reload()
    assert opened.evaluate(GROUND) == "rgb(18, 18, 18)"
    assert opened.inner_text("#theme") == "Light"
    opened.click("#theme")
    assert opened.evaluate(GROUND) == "rgb(255, 255, 255)"
    assert opened.inner_text("#theme") == "Dark"
    opened.reload()
    assert opened.evaluate(GROUND) == "rgb(255, 255, 255)"
    assert opened.inner_text("#theme") == "Dark"


@pytest.mark.browser
@in_browser
def test_a_head_sorts_its_table_by_number_with_the_keyboard(opened: Page) -> None:
    """Enter on a focused head sorts up, again down; what has no number stays last."""
    table = opened.locator("table", has_text="Scores out of sample").first
    table.locator("thead button").nth(3).focus()
    values = "table => [...table.tBodies[0].rows].map(row => row.cells[3].textContent)"
    for way, reverse in (("ascending", False), ("descending", True)):
        opened.keyboard.press("Enter")
        assert table.locator("thead th").nth(3).get_attribute("aria-sort") == way
        shown = table.evaluate(values)
        numbers = [float(text.replace("−", "-")) for text in shown if text != "–"]
        assert numbers == sorted(numbers, reverse=reverse)
        assert shown[len(numbers) :] == ["–"] * 3


@pytest.mark.browser
@in_browser
def test_the_page_fits_a_phone_and_every_chapter_can_be_reached(opened: Page) -> None:
    """Nothing but tables and charts scrolls sideways, under titles in sight; the first key leads to the skip link."""
    opened.set_viewport_size({"width": 390, "height": 800})
    assert opened.evaluate("document.documentElement.scrollWidth") == 390
    titles = opened.evaluate(
        "[...document.querySelectorAll('caption span')].map(one => one.getBoundingClientRect().right)"
    )
    assert 0 < max(titles) <= 390
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.className") == "skip"
    opened.click("nav >> text=Leakage audit")
    assert opened.evaluate("location.hash") == "#leakage-audit"


@pytest.mark.browser
@in_browser
def test_no_table_is_wider_than_a_printed_page(opened: Page) -> None:
    """A4 less its margins; the controls are not printed."""
    opened.emulate_media(media="print")
    opened.set_viewport_size({"width": round((210 - 2 * 14) / 25.4 * 96), "height": 1000})
    beyond = "[...document.querySelectorAll('.scroll')].map(one => one.scrollWidth - one.clientWidth)"
    assert max(opened.evaluate(beyond)) == 0
    assert not opened.is_visible("#theme")
