"""How the service is."""

from __future__ import annotations

import asyncio

from spx_assets.serving.app import shared_metrics
from spx_assets.serving.health import readiness
from spx_assets.serving.service import Service
from spx_assets_tests.serving.asking import application, ask, get
from spx_assets_tests.serving.conftest import Home
from spx_assets_tests.serving.running import Running

PROBES = ("/v2/health/live", "/v2/health/ready", "/ping", "/health")


def test_without_a_model_it_is_live_and_not_ready(home: Home) -> None:
    """503 with the way out."""
    live, ready, ping, _ = ask(application(home.settings), *map(get, PROBES))

    assert [200, 503, 503] == [live.status_code, ready.status_code, ping.status_code]
    assert (ready.json()["ready"], ready.json()["live"]) == (False, True)
    assert "spx run" in ready.json()["way_out"]


def test_with_a_model_it_is_ready_under_its_version(home: Home) -> None:
    """Every probe agrees, HEAD among them."""
    version = home.deploy()
    guard = application(home.settings)

    answers = ask(guard, *map(get, PROBES))

    assert {200} == {answer.status_code for answer in answers}
    assert (answers[1].json()["model_version"], answers[1].json()["problem"]) == (version, None)


def test_what_keeps_the_newest_from_serving_is_told(home: Home) -> None:
    """The last good model serves on, so it is ready all the same."""
    service = Service.of(home.settings, shared_metrics(1))
    version = home.deploy()
    asyncio.run(service.model.look())
    (home.settings.store_root / "deployed_model" / "CURRENT").write_text("no version\n")
    asyncio.run(service.model.look())

    state = readiness(service)

    assert (True, version) == (state["ready"], state["model_version"])
    assert "CURRENT of deployed_model does not name a version" in str(state["problem"])


def test_a_stopping_service_is_not_ready(home: Home) -> None:
    """It says so, and still answers."""
    home.deploy()
    guard = application(home.settings)
    guard.service.draining = True

    (ready,) = ask(guard, get("/v2/health/ready"))

    assert (503, "The service is stopping.") == (ready.status_code, ready.json()["problem"])


def test_metrics_count_what_was_asked(served: Running) -> None:
    """In the format that Prometheus scrapes."""
    served.get("/version")

    answer = served.get("/metrics")

    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert 'http_requests_total{method="GET",route="/version",status="200"}' in answer.text
