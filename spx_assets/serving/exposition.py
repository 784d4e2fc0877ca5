"""`GET /metrics`: the shared counters and the served version, as Prometheus reads them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from spx_assets.serving.deployment import ServedModel
from spx_assets.serving.follower import Follower
from spx_assets.serving.metrics import BOUNDS, Metrics

if TYPE_CHECKING:
    from prometheus_client.core import Metric


class Exposition:
    """A collector over one service."""

    def __init__(self, metrics: Metrics, model: Follower[ServedModel], *, now: float) -> None:
        self._metrics = metrics
        self._model = model
        self._now = now

    def text(self, accept: str) -> tuple[bytes, str]:
        """The exposition and its media type, in the format that `accept` prefers."""
        from prometheus_client import CollectorRegistry  # noqa: PLC0415  # 30 ms, paid by the first scrape
        from prometheus_client.exposition import choose_encoder  # noqa: PLC0415

        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        encoder, media_type = choose_encoder(accept)
        return encoder(registry), media_type

    def collect(self) -> Iterator[Metric]:
        """Every family, in the same order each time."""
        yield from self._http()
        yield from self._served()

    def _http(self) -> Iterator[Metric]:
        from prometheus_client import core  # noqa: PLC0415

        requests = core.CounterMetricFamily("http_requests", "Requests answered.", labels=["method", "route", "status"])
        seconds = core.HistogramMetricFamily(
            "http_request_duration_seconds", "From headers to the last byte of the answer.", labels=["method", "route"]
        )
        for number, route in enumerate(self._metrics.routes):
            for status, count in self._metrics.requests(number).items():
                requests.add_metric([*route, str(status or "other")], count)
            buckets, total = self._metrics.durations(number)
            if any(buckets):
                bounds = [*(repr(bound) for bound in BOUNDS), "+Inf"]
                counts = list(zip(bounds, accumulate(buckets), strict=True))
                seconds.add_metric(list(route), counts, total)
        yield requests
        yield seconds
        for name, kind, meaning in (
            ("http_requests_in_flight", core.GaugeMetricFamily, "Requests being answered now."),
            ("http_connections_refused", core.CounterMetricFamily, "Connections closed: too slow or too many."),
        ):
            cell = "in_flight" if name.endswith("in_flight") else "refused_connections"
            yield kind(name, meaning, value=self._metrics.total(cell))

    def _served(self) -> Iterator[Metric]:
        from prometheus_client import core  # noqa: PLC0415

        total = self._metrics.total
        yield core.CounterMetricFamily("spx_prediction_rows", "Rows predicted.", value=total("rows"))
        yield core.CounterMetricFamily("spx_model_swaps", "Versions taken over, by all workers.", value=total("swaps"))
        yield core.CounterMetricFamily(
            "spx_model_load_failures", "Versions that could not be taken over.", value=total("load_failures")
        )
        yield core.CounterMetricFamily(
            "spx_ledger_failures", "Answered forecasts that could not be written down.", value=total("ledger_failures")
        )
        yield core.CounterMetricFamily(
            "spx_log_lines_dropped", "Log lines that could not be written.", value=total("dropped_log_lines")
        )
        model, problem = self._model.current, self._model.problem
        yield core.GaugeMetricFamily(
            "spx_model_up_to_date", "1 when what serves is what the store says.", value=float(problem is None)
        )
        broken = core.GaugeMetricFamily("spx_model_problem", "Why the newest version does not serve.", labels=["why"])
        if problem is not None:
            broken.add_metric([problem[:300]], 1)
        yield broken
        info = core.InfoMetricFamily("spx_model", "The version that serves.")
        age = core.GaugeMetricFamily("spx_model_age_seconds", "Seconds since the served version was made.")
        if model is not None:
            last = str(model.card.get("data_window", {}).get("last_session", ""))
            info.add_metric([], {"version": model.version, "last_session": last})
            age.add_metric([], self._now - model.created_at.timestamp())
        yield info
        yield age
