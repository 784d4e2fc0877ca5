"""Which paths are hot, and who answers them."""

from __future__ import annotations

import asyncio
import threading

import httpx

from spx_assets.serving.app import shared_metrics
from spx_assets.serving.deployment import ServedModel
from spx_assets.serving.hot import IN_THREAD_BYTES, PREDICTIONS, HotRoutes, Target
from spx_assets.serving.reply import Call, Reply
from spx_assets.serving.service import Service
from spx_assets_tests.serving.conftest import Home
from spx_assets_tests.serving.running import Running


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


def in_every_dialect(served: Running, row: dict[str, float]) -> list[httpx.Response]:
    """The answers to one row: as a prediction, as a scoring request, as tensors of both kinds."""
    columns = [{"name": name, "shape": [1], "datatype": "FP64", "data": [value]} for name, value in row.items()]
    tensor = {"name": "x", "shape": [1, len(row)], "datatype": "FP64", "data": list(row.values())}
    return [
        served.post("/v1/predictions", {"rows": [row]}),
        served.post("/v1/predictions", {"rows": [row], "explain": True}),
        served.post("/invocations", {"dataframe_records": [row]}),
        served.post("/v2/models/spx_1/infer", {"inputs": [tensor]}),
        served.post("/v2/models/spx_1/infer", {"inputs": columns}),
    ]


def test_a_scale_below_zero_is_rejected_in_every_dialect(
    served: Running, row: dict[str, float], model: ServedModel
) -> None:
    """By name: it would put the lower bound above the upper one."""
    name = model.first.model.scale_feature

    answers = in_every_dialect(served, {**row, name: -row[name]})

    assert [each.status_code for each in answers] == [422, 422, 400, 400, 400]
    assert all(name in each.text for each in answers)


def test_an_answer_outside_the_training_range_says_so_in_every_dialect(
    served: Running, row: dict[str, float], model: ServedModel
) -> None:
    """With a word for each feature; nothing is added where all is as usual."""
    name = model.first.model.scale_feature

    for usual, outside in zip(
        in_every_dialect(served, row), in_every_dialect(served, {**row, name: 1000.0}), strict=True
    ):
        assert "warnings" not in usual.text
        document = outside.json()
        told = str(document.get("warnings") or document["parameters"]["warnings"])
        assert f"{name} is outside its range in training" in told
