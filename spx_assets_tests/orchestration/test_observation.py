"""What is known of the running services: their own figures, and whether they are missed or behind."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from spx_assets import service_record
from spx_assets.dashboard import counters
from spx_assets.orchestration import observation
from spx_assets.settings import Settings
from spx_assets_tests.orchestration.web import serving

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
OLD, NEW = "b" * 16, "c" * 16
METRICS = """\
# TYPE http_requests counter
http_requests_total{method="GET",route="/v1/forecast",status="200"} 40
http_requests_total{method="POST",route="/v1/predictions",status="400"} 1
http_requests_total{method="GET",route="other",status="404"} 3
http_requests_total{method="GET",route="/v1/forecast",status="503"} 2
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{method="GET",route="/v1/forecast",le="+Inf"} 42
http_request_duration_seconds_count{method="GET",route="/v1/forecast"} 42
http_request_duration_seconds_sum{method="GET",route="/v1/forecast"} 0.084
# TYPE spx_prediction_rows counter
spx_prediction_rows_total 17
# TYPE spx_model info
spx_model_info{version="bbbbbbbbbbbbbbbb",last_session="2018-12-31"} 1
# EOF
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home in which version `OLD` was deployed a while ago."""
    pointer = tmp_path / "store" / "deployed_model" / "CURRENT"
    pointer.parent.mkdir(parents=True)
    pointer.write_text(OLD + "\n")
    os.utime(pointer, (time.time() - 300,) * 2)
    return Settings.load({}, home=tmp_path)


def test_what_never_ran_or_was_stopped_is_no_error(settings: Settings) -> None:
    """No note, no counts; and counts that say when it stopped."""
    assert not any(service.is_missed or service.is_behind for service in observation.observed(settings).values())
    counters.started(settings.root / "dashboard", at=AT)
    counters.stopped(settings.root / "dashboard", at=AT)

    assert observation.dashboard(settings).status == "not meant to run"


def test_the_api_says_what_it_serves(settings: Settings) -> None:
    """Start, version, requests, errors, mean latency, rows predicted."""
    with (
        serving({"/metrics": METRICS}) as url,
        service_record.kept(settings.root / "serving", url, at=AT),
    ):
        found = observation.prediction_service(settings)

    assert (found.status, found.started_at, found.version) == ("up", "2026-01-05T12:00:00+00:00", OLD)
    assert (found.requests, found.errors, found.latency_ms, found.interactions) == (46, 2, 2.0, 17)


def test_an_older_version_is_behind_after_a_minute(settings: Settings) -> None:
    """Not in the moment of the change."""
    pointer = settings.store_root / "deployed_model" / "CURRENT"
    pointer.write_text(NEW + "\n")
    with (
        serving({"/metrics": METRICS}) as url,
        service_record.kept(settings.root / "serving", url, at=AT),
    ):
        just_now = observation.prediction_service(settings)
        os.utime(pointer, (time.time() - 61,) * 2)
        later = observation.prediction_service(settings)

    assert (just_now.is_behind, later.is_behind) == (False, True)
    assert (later.version, later.deployed) == (OLD, NEW)


def test_a_service_that_does_not_answer_is_missed(settings: Settings) -> None:
    """Its note stands, or its counts say no end."""
    with service_record.kept(settings.root / "serving", "http://127.0.0.1:1", at=AT):
        missed = observation.prediction_service(settings)
    counters.started(settings.root / "dashboard", at=AT)
    silent = settings.model_copy(update={"dashboard_port": 1})

    assert missed.is_missed
    assert "does not answer" in missed.problem
    assert observation.dashboard(silent).is_missed


def test_the_dashboard_says_how_it_is_used(settings: Settings) -> None:
    """Page views and runs of What if."""
    folder = settings.root / "dashboard"
    counters.started(folder, at=AT)
    counters.viewed(folder, "now", at=AT)
    counters.asked(folder, at=AT)
    with serving({"/_stcore/health": "ok"}) as url:
        there = settings.model_copy(update={"dashboard_port": int(url.rpartition(":")[2])})
        found = observation.dashboard(there)

    assert (found.status, found.requests, found.interactions) == ("up", 1, 1)
