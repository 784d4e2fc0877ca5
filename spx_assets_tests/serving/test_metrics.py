"""Counters shared by workers."""

from __future__ import annotations

import os

from spx_assets.serving.metrics import Metrics

ROUTES = [("POST", "/v1/predictions"), ("GET", "/v1/model")]


def test_requests_are_counted_by_route_and_status() -> None:
    """With their durations; what is no route of ours, and no status of the list, counts as other."""
    metrics = Metrics(ROUTES)
    route = metrics.route("POST", "/v1/predictions")
    metrics.observe(route, 200, 0.0002)
    metrics.observe(route, 200, 0.0002)
    metrics.observe(route, 422, 60.0)
    metrics.observe(metrics.route("GET", "/wp-admin"), 418, 0.1)

    assert metrics.requests(route) == {200: 2, 422: 1}
    buckets, seconds = metrics.durations(route)
    assert ([0, 2, 0, 1], 60.0004) == ([buckets[0], buckets[1], buckets[2], buckets[-1]], seconds)
    assert metrics.requests(len(ROUTES)) == {0: 1}


def test_forked_workers_write_to_one_total() -> None:
    """Each into a block of its own, seen by the parent."""
    metrics = Metrics(ROUTES, workers=2)
    metrics.use_block(0)
    metrics.add("rows", 3)
    child = os.fork()
    if child == 0:
        metrics.use_block(1)
        metrics.add("rows", 4)
        metrics.observe(0, 200, 0.1)
        os._exit(0)
    os.waitpid(child, 0)

    assert metrics.total("rows") == 7
    assert metrics.requests(0) == {200: 1}


def test_a_gauge_is_set() -> None:
    """And set again."""
    metrics = Metrics(ROUTES)
    metrics.put("in_flight", 3)
    metrics.put("in_flight", 1)

    assert metrics.total("in_flight") == 1
