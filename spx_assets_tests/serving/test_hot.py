"""Which paths are hot, and who answers them."""

from __future__ import annotations

import asyncio
import threading

from spx_assets.serving.app import shared_metrics
from spx_assets.serving.deployment import ServedModel
from spx_assets.serving.hot import IN_THREAD_BYTES, PREDICTIONS, HotRoutes, Target
from spx_assets.serving.reply import Call, Reply
from spx_assets.serving.service import Service
from spx_assets_tests.serving.conftest import Home


def test_only_routes_of_predictions_are_hot(home: Home) -> None:
    """By their exact path."""
    service = Service.of(home.settings, shared_metrics(1))
    hot = HotRoutes(service.versions, service.metrics)

    assert hot.find(PREDICTIONS) is not None
    assert [hot.find(path) for path in ("/v1/predictions/x", "/v1/model", "/")] == [None] * 3


def test_large_bodies_are_answered_in_a_thread(home: Home) -> None:
    """Small ones where they arrive."""
    service = Service.of(home.settings, shared_metrics(1))
    home.deploy()
    hot = HotRoutes(service.versions, service.metrics)
    threads: list[int] = []

    def answer(served: ServedModel, call: Call) -> Reply:
        threads.append(threading.get_ident())
        return Reply(200, served.version.encode() + call.body[:1])

    target = Target(0, None, answer)

    async def answered() -> None:
        await service.model.look()
        for size in (1, IN_THREAD_BYTES + 1):
            await hot.answer(target, Call("", {}, b"x" * size))

    asyncio.run(answered())

    assert threads[0] == threading.get_ident() != threads[1]
