"""What stands in front of every route."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from spx_assets.serving.deployment import ServedModel
from spx_assets.serving.guard import Guard
from spx_assets.serving.reply import Call, Reply
from spx_assets_tests.serving.asking import application, ask, get, post
from spx_assets_tests.serving.conftest import Home


def test_a_body_beyond_the_cap_is_refused(home: Home) -> None:
    """By what it says of its length, and by what arrives when it says nothing."""
    home.deploy()
    guard = application(home.settings.model_copy(update={"api_max_bytes": 1024}))
    chunked = post("/v1/predictions", b"")
    del chunked.headers["content-length"]
    chunked.stream = post("/v1/predictions", b" " * 2048).stream

    answers = ask(guard, post("/v1/predictions", b" " * 1025), chunked, post("/v1/predictions", b" " * 1024))

    assert [413, 413, 400] == [answer.status_code for answer in answers]


def test_an_encoded_body_is_refused(home: Home, row: dict[str, float]) -> None:
    """Nothing is unpacked here; `identity` says that nothing has to be."""
    home.deploy()
    packed, plain = ask(
        application(home.settings),
        post("/v1/predictions", b"x", content_encoding="gzip"),
        post("/v1/predictions", {"rows": [row]}, content_encoding="Identity"),
    )

    assert (415, "content-encoding") == (packed.status_code, packed.json()["field"])
    assert plain.status_code == 200


def exchange(guard: Guard, count: int) -> list[int]:
    """Statuses of requests of which none sends its body before all have begun."""
    statuses: list[int] = []
    everyone = asyncio.Event()

    async def one() -> None:
        async def receive() -> dict[str, Any]:
            await everyone.wait()
            return {"type": "http.request", "body": b"{}", "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/v1/predictions",
            "headers": [(b"host", b"127.0.0.1")],
            "client": ("127.0.0.1", 1),
        }
        await guard(scope, receive, send)

    async def all_at_once() -> None:
        async with guard.service.running():
            asked = [asyncio.ensure_future(one()) for _ in range(count)]
            await asyncio.sleep(0)
            everyone.set()
            await asyncio.gather(*asked)

    asyncio.run(all_at_once())
    return statuses


def test_more_requests_at_a_time_than_allowed_are_told_to_come_back(home: Home) -> None:
    """The others are answered, and afterwards all are."""
    home.deploy()
    guard = application(home.settings.model_copy(update={"api_concurrency": 3}))

    assert sorted(exchange(guard, 5)) == [422, 422, 422, 503, 503]
    assert exchange(guard, 3) == [422, 422, 422]


def broken(served: ServedModel, call: Call) -> Reply:
    """A dialect with a fault."""
    raise ZeroDivisionError(f"{served.version} {call.path}")


def test_a_fault_of_ours_is_a_problem_and_is_logged(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    """The answer tells nothing of it; the log tells the request's id."""
    home.deploy()
    guard = application(home.settings)
    target = guard.hot.find("/v1/predictions")
    assert target is not None
    guard.hot._targets["/v1/predictions"] = target._replace(answer=broken)

    (answer,) = ask(guard, post("/v1/predictions", {}, x_request_id="mine"))

    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.text
    assert "request mine failed" in caplog.text


def test_every_request_is_logged_without_its_data(home: Home, row: dict[str, float]) -> None:
    """Id, route, status, time taken, version and trace."""
    version = home.deploy()
    lines: list[str] = []
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    ask(
        application(home.settings, lines),
        post("/v1/predictions", {"rows": [row]}, x_request_id="a", traceparent=trace, authorization="Bearer secret"),
        get("/nowhere"),
    )

    first, second = map(json.loads, lines)
    assert (first["request_id"], first["trace_id"], first["status"]) == ("a", trace[3:35], 200)
    assert first["model_version"] == version
    assert (second["path"], second["status"]) == ("/nowhere", 404)
    assert "vix_level" not in lines[0]
    assert "secret" not in lines[0]
