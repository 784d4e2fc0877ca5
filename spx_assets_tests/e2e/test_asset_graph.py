"""`spx up` and a real browser: the graph is whole and green, and materializing from it works."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from spx_assets import service_record
from spx_assets.artifacts import ASSETS
from spx_assets.dashboard.wording import precise
from spx_assets.home import open_ledger, open_store
from spx_assets.orchestration.instance import open_instance
from spx_assets.settings import Settings
from spx_assets_tests.e2e.up import looks, pids, wait
from spx_assets_tests.e2e.up import up as running_up
from spx_assets_tests.landing import yahoo
from spx_assets_tests.orchestration.web import serving
from spx_assets_tests.serving.running import free_port

ENTRY = "geheim"
SERVED_WITHIN_S = 3
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


@pytest.fixture(scope="module")
def up(ran: tuple[Path, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path, str]]:
    """The address of the graph that `spx up` prints over a copy of a home with everything, that home, the dashboard's.

    It evaluates fewer candidates than were evaluated there: what it makes anew is a version of its own.
    """
    home = tmp_path_factory.mktemp("up") / "home"
    shutil.copytree(ran[0], home, symlinks=True)
    ports = {"dashboard_port": str(free_port())}
    with running_up(home, "up", graph_token=ENTRY, candidates="historical_mean,ols", **ports) as started:
        address, api, dashboard = started.addresses
        assert dashboard.endswith(ports["dashboard_port"])
        assert httpx.get(api.replace("/docs", "/v2/health/ready")).json()["ready"]
        yield address, home, dashboard


def _root(address: str) -> str:
    """The graph's address without the token."""
    return address.partition("/?")[0]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def logged_in(browser: Browser, up: tuple[str, Path, str]) -> Iterator[BrowserContext]:
    """A browser in which the printed address, which carries the token, was opened once."""
    context = browser.new_context(viewport={"width": 1600, "height": 1000})
    context.set_default_timeout(30_000)
    expect.set_options(timeout=30_000)
    page = context.new_page()
    page.goto(up[0])
    assert ENTRY not in page.url
    page.close()
    yield context
    context.close()


@pytest.fixture
def page(logged_in: BrowserContext) -> Iterator[Page]:
    """An empty page, large enough for the whole graph."""
    opened = logged_in.new_page()
    yield opened
    opened.close()


def test_without_the_token_nobody_gets_in(up: tuple[str, Path, str], browser: Browser) -> None:
    """A browser that did not log in sees no graph."""
    answer = browser.new_context().new_page().goto(_root(up[0]))

    assert answer is not None
    assert answer.status == 401


def test_the_dashboard_beside_it_shows_the_forecast_that_the_api_serves(
    up: tuple[str, Path, str], browser: Browser
) -> None:
    """The three services of one command agree; data that end in the past are said to be old."""
    _, home, dashboard = up
    api = service_record.read(home / "serving")
    assert api is not None
    served = httpx.get(f"{api.url}/v1/forecast").json()["forecasts"]
    page = browser.new_page()

    page.goto(dashboard)

    values = page.get_by_test_id("stMetricValue")
    values.first.wait_for(timeout=60_000)
    expect(values).to_have_text([precise(forecast["forecast"]) for forecast in served])
    expect(page.get_by_text("The sessions forecast here are past.")).to_be_visible()
    page.close()


def test_the_graph_shows_every_asset(up: tuple[str, Path, str], page: Page) -> None:
    """Its address opens the graph unfolded, without a console error."""
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)

    page.goto(_root(up[0]))

    for asset in (*ASSETS, "prediction_service", "dashboard"):
        expect(page.get_by_text(asset, exact=True).first).to_be_visible()
    assert errors == []


@pytest.mark.parametrize("asset", ASSETS)
def test_every_asset_shows_its_description_and_checks(asset: str, up: tuple[str, Path, str], page: Page) -> None:
    """Description, owner and evaluated checks are on the asset's page; what failed is the age of the embedded data."""
    page.goto(f"{_root(up[0])}/assets/{asset}?view=checks")

    expect(page.get_by_text("Passed").first).to_be_visible()
    expect(page.get_by_text("Failed")).to_have_count(1 if asset == "raw_market" else 0)


def test_materializing_everything_from_the_graph_changes_what_serves(up: tuple[str, Path, str], page: Page) -> None:
    """A click on Materialize all starts a run that ends well, and what was missing is there again.

    The API serves the new model within three seconds of its materialization, in the same process, and still answers
    for the one before.
    """
    address, home, _ = up
    store = open_store(Settings.load({}, home=home))
    before, processes = store.current("deployed_model"), pids(home, "API")
    shutil.rmtree(home / "store" / "next_forecast")
    api = service_record.read(home / "serving")
    assert api is not None

    page.goto(address)
    page.get_by_role("button", name=re.compile("Materialize all")).first.click()
    page.get_by_text(re.compile(r"Launched run|Starting run|View")).first.wait_for()
    page.goto(f"{_root(address)}/runs")

    wait(lambda: _served(api.url) != before, 120, every_s=0.1)
    changed = time.time()
    assert _served(api.url) == store.current("deployed_model")
    with open_instance(Settings.load({}, home=home)) as instance:
        made = instance.get_latest_materialization_event(dg.AssetKey("deployed_model"))
    # Where the event is not yet there, the API was faster than it.
    assert made is None or changed - made.timestamp < SERVED_WITHIN_S
    expect(page.get_by_text("Success")).to_have_count(2, timeout=120_000)
    assert processes == pids(home, "API")
    assert httpx.get(f"{api.url}/v2/models/spx/versions/{before}/ready").json()["version"] == before
    assert store.current("next_forecast") is not None
    assert all(verdict.ok for verdict in store.verify())


def _served(url: str) -> str:
    return str(httpx.get(f"{url}/v1/model", timeout=10).json()["version"])


ATTACK = """async (root) => {
  const tries = [];
  const ask = async (path, options) => {
    try { tries.push(await (await fetch(root + path, options)).text()); } catch (refused) { tries.push("refused"); }
  };
  const launch = `mutation { launchRun(executionParams: {selector: {repositoryLocationName: "spx_assets",
    repositoryName: "__repository__", jobName: "ingest"}, runConfigData: "{}"}) { __typename } }`;
  const forged = "/report_asset_materialization/raw_market";
  const text = {method: "POST", mode: "no-cors", headers: {"Content-Type": "text/plain"}};
  await ask("/graphql?query=" + encodeURIComponent("{ runsOrError { ... on Runs { results { runId } } } }"));
  await ask("/graphql?query=" + encodeURIComponent(launch), {mode: "no-cors"});
  await ask("/graphql", {...text, body: JSON.stringify({query: launch})});
  await ask(forged, {...text, body: JSON.stringify({description: "forged"})});
  await new Promise((done) => {
    const image = new Image();
    image.onload = image.onerror = done;
    image.src = root + "/graphql?query=" + encodeURIComponent(launch);
  });
  await new Promise((done) => {
    const socket = new WebSocket(root.replace("http", "ws") + "/graphql", "graphql-ws");
    socket.onopen = () => { tries.push("websocket open"); done(); };
    socket.onerror = socket.onclose = done;
  });
  return tries;
}"""


def _runs(home: Path) -> list[dg.DagsterRun]:
    with open_instance(Settings.load({}, home=home)) as instance:
        return list(instance.get_runs())


def test_a_page_on_another_port_cannot_use_the_graph(up: tuple[str, Path, str], page: Page) -> None:
    """It reads no run, launches none and forges nothing: by fetch, form-like post, picture and WebSocket."""
    address, home, _ = up
    before = len(_runs(home))
    with serving({"/": "<!doctype html><title>elsewhere</title>"}) as elsewhere:
        page.goto(elsewhere)

        tries = page.evaluate(ATTACK, _root(address))

    assert tries[0] == "refused"
    assert "websocket open" not in tries
    assert not [text for text in tries if "runId" in text or "launchRun" in text]
    assert len(_runs(home)) == before
    with open_instance(Settings.load({}, home=home)) as instance:
        latest = instance.get_latest_materialization_event(dg.AssetKey("raw_market"))
    assert latest is not None
    assert latest.run_id in {run.run_id for run in _runs(home)}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_dropped_file_becomes_a_served_forecast(up: tuple[str, Path, str]) -> None:
    """Half a file, then its rest: one reading, one run of what is downstream, a ledger row and the API serving it.

    Touching it or copying an equal one does nothing. A minute is enough on a machine that has nothing else to do.
    """
    home = up[1]
    landing, before = home / "landing", len(_runs(home))
    api = service_record.read(home / "serving")
    assert api is not None
    origin = _origin(api.url)
    text = yahoo.csv("2019-01-02", "2019-01-31")
    file = landing / "january.csv"
    file.write_text(text[:600])
    wait(lambda: looks(home, "on_landing") >= 2, 60)
    begun = time.monotonic()
    with file.open("a") as rest:
        rest.write(text[600:])

    wait(lambda: _origin(api.url) > origin and not _open_runs(home), 600)
    took = time.monotonic() - begun

    busy = os.getloadavg()[0] / (os.cpu_count() or 1)
    assert took < 60 * max(1.0, busy), f"{took:.0f} s at a load of {busy:.1f} per core"
    assert sorted(run.job_name for run in _runs(home)[:-before]) == ["downstream", "ingest"]
    rows = open_ledger(Settings.load({}, home=home)).rows()
    assert _origin(api.url) in {str(row.origin)[:10] for row in rows}
    print(f"from the last byte to the served forecast and everything downstream: {took:.1f} s at {busy:.1f} per core")  # noqa: T201  # the measurement

    os.utime(landing / "accepted" / "january.csv")
    (landing / "copy.csv").write_text(text)
    seen = looks(home, "on_landing")
    wait(lambda: looks(home, "on_landing") >= seen + 3, 60)
    assert len(_runs(home)) == before + 2


def _origin(url: str) -> str:
    answer = httpx.get(f"{url}/v1/forecast", timeout=10).json()
    return str(answer["origin"])[:10]


def _open_runs(home: Path) -> list[str]:
    return [run.run_id for run in _runs(home) if not run.is_finished]
