"""What Prometheus reads."""

from __future__ import annotations

import asyncio

from prometheus_client.parser import text_string_to_metric_families

from spx_assets.serving.app import shared_metrics
from spx_assets.serving.exposition import Exposition
from spx_assets.serving.service import Service
from spx_assets_tests.serving.conftest import Home


def scraped(service: Service, now: float = 0.0) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """Samples by name and labels, as Prometheus's own parser reads them."""
    text, _ = Exposition(service.metrics, service.model, now=now).text("")
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in text_string_to_metric_families(text.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


def test_requests_have_the_standard_names(home: Home) -> None:
    """A counter by method, route and status; a histogram that accumulates."""
    service = Service.of(home.settings, shared_metrics(1))
    service.metrics.observe(service.metrics.route("POST", "/v1/predictions"), 200, 0.0002)

    found = scraped(service)

    labels = (("method", "POST"), ("route", "/v1/predictions"))
    assert found["http_requests_total"] == {(*labels, ("status", "200")): 1.0}
    assert found["http_request_duration_seconds_count"] == {labels: 1.0}
    assert found["http_request_duration_seconds_bucket"][(("le", "+Inf"), *labels)] == 1.0
    assert found["http_request_duration_seconds_bucket"][(("le", "0.0001"), *labels)] == 0.0


def test_the_served_version_and_its_age_are_told(home: Home) -> None:
    """And, when the store says something else, why that does not serve."""
    service = Service.of(home.settings, shared_metrics(1))
    version = home.deploy()
    asyncio.run(service.model.look())
    served = service.model.current
    assert served is not None

    found = scraped(service, now=served.created_at.timestamp() + 60)
    assert [("version", version) in labels for labels in found["spx_model_info"]] == [True]
    assert found["spx_model_age_seconds"] == {(): 60.0}
    assert found["spx_model_up_to_date"] == {(): 1.0}

    (home.settings.store_root / "deployed_model" / "CURRENT").write_text("no version\n")
    asyncio.run(service.model.look())
    found = scraped(service)
    assert found["spx_model_up_to_date"] == {(): 0.0}
    ((labels, _),) = found["spx_model_problem"].items()
    assert "CURRENT" in dict(labels)["why"]


def test_openmetrics_is_given_where_it_is_asked_for(home: Home) -> None:
    """By media type."""
    service = Service.of(home.settings, shared_metrics(1))

    text, media_type = Exposition(service.metrics, service.model, now=0.0).text("application/openmetrics-text")

    assert "openmetrics" in media_type
    assert text.endswith(b"# EOF\n")
