"""Spans."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from spx_assets.serving.tracing import exporting, traced
from spx_assets_tests.serving.asking import application, post
from spx_assets_tests.serving.conftest import Home

TRACE = "0af7651916cd43dd8448eb211c80319c"


def test_opentelemetrys_variables_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service's name and the share that is traced; `spx_assets`, and all, where they say nothing."""
    pytest.importorskip("opentelemetry.sdk.trace")
    usual = exporting()
    monkeypatch.setenv("OTEL_SERVICE_NAME", "forecasts")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_off")
    told = exporting()

    assert ["spx_assets", "forecasts"] == [each.resource.attributes["service.name"] for each in (usual, told)]
    assert [True, False] == [each.get_tracer("t").start_span("s").is_recording() for each in (usual, told)]
    usual.shutdown()
    told.shutdown()


def test_a_request_is_one_span_of_the_callers_trace(home: Home, row: dict[str, float]) -> None:
    """And is answered as without."""
    pytest.importorskip("opentelemetry.instrumentation.asgi")
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415  # an extra
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor  # noqa: PLC0415
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter  # noqa: PLC0415

    home.deploy()
    guard, spans, provider = application(home.settings), InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    request = post("/v1/predictions", {"rows": [row]}, traceparent=f"00-{TRACE}-b7ad6b7169203331-01")

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(traced(guard, provider))  # type: ignore[arg-type]
        async with guard.service.running(), httpx.AsyncClient(transport=transport) as client:
            return await client.send(request)

    assert asyncio.run(asked()).status_code == 200
    (span,) = spans.get_finished_spans()
    assert f"{span.context.trace_id:032x}" == TRACE
