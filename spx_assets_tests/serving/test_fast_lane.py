"""Plain hot requests, answered from the connection."""

from __future__ import annotations

import asyncio
import json

import pytest

from spx_assets.serving.fast_lane import LARGEST_BODY, FastLane
from spx_assets_tests.serving.asking import application, ask, post
from spx_assets_tests.serving.conftest import Home

URL = b"/v1/predictions"


@pytest.fixture
def lane(home: Home) -> FastLane:
    """Of a home with a model."""
    home.deploy()
    guard = application(home.settings)
    asyncio.run(guard.service.model.look())
    return FastLane(guard)


def test_it_takes_plain_requests_only(lane: FastLane) -> None:
    """Known path, known and small length, nothing unusual."""
    plain = {b"host": b"127.0.0.1", b"content-length": b"10"}

    assert lane.find(URL, plain) is not None
    assert lane.find(b"/v1/model", plain) is None
    assert lane.find(URL + b"?x=1", plain) is None
    for unusual in (
        {b"content-length": b"%d" % (LARGEST_BODY + 1)},
        {b"content-length": b""},
        {b"expect": b"100-continue"},
        {b"content-encoding": b"gzip"},
        {b"transfer-encoding": b"chunked"},
    ):
        assert lane.find(URL, plain | unusual) is None


def test_it_answers_as_the_guard_does(lane: FastLane, home: Home, row: dict[str, float]) -> None:
    """Status, headers and body, for what is answered and what is refused."""
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    for document, host in (({"rows": [row]}, "127.0.0.1"), ({"rows": []}, "127.0.0.1"), ({"rows": [row]}, "evil")):
        body = json.dumps(document).encode()
        request = post("/v1/predictions", body, host=host, x_request_id="a", traceparent=trace)
        (expected,) = ask(application(home.settings), request)
        headers = {name.lower(): value for name, value in request.headers.raw}
        target = lane.find(URL, headers)
        assert target is not None

        head, _, answer = lane.answer(target, URL.decode(), headers, body, "", b"").partition(b"\r\n\r\n")

        assert answer == expected.content
        status, *lines = head.decode().split("\r\n")
        assert status.split()[1] == str(expected.status_code)
        given = dict(line.split(": ", 1) for line in lines)
        del given["traceparent"]
        assert given == {name: value for name, value in expected.headers.items() if name != "traceparent"}
