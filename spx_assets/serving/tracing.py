"""OpenTelemetry, an extra: a span per request, under the caller's trace, sent where the OTEL_* variables say.

Nothing of it is imported unless `SPX_API_TRACES` asks for it. A traced worker answers every request through ASGI, where
the spans are made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spx_assets.errors import UsageError
from spx_assets.serving.guard import Application

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider


def traced(app: Application, provider: TracerProvider | None = None) -> Application:
    """The application under spans; UsageError where the extra is not installed."""
    try:
        from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware  # noqa: PLC0415  # an extra
    except ImportError as error:
        raise UsageError("Traces need OpenTelemetry", way_out="pip install 'spx-assets[otel]'") from error
    made: Any = OpenTelemetryMiddleware(app, tracer_provider=provider or exporting(), exclude_spans=["receive", "send"])
    wrapped: Application = made
    return wrapped


def exporting() -> TracerProvider:
    """A provider that sends spans over OTLP, in batches from a thread of its own."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import OTELResourceDetector, Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    named = Resource.create({"service.name": "spx_assets"}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=named)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider
