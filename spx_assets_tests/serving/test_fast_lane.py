"""Plain hot requests, answered from the connection."""

from __future__ import annotations

import asyncio
import json

import pytest

from spx_assets.serving.fast_lane import LARGEST_BODY, LARGEST_KNOWN_HEAD, MOST_KNOWN, FastLane
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
    host, length = (b"host", b"127.0.0.1"), (b"content-length", b"10")
    plain = [host, length]

    assert lane.read(URL, plain, keep_alive=True) is not None
    assert lane.read(b"/v1/model", plain, keep_alive=True) is None
    assert lane.read(URL + b"?x=1", plain, keep_alive=True) is None
    for unusual in (
        [host],
        [host, (b"content-length", b"%d" % (LARGEST_BODY + 1))],
        [host, (b"content-length", b"")],
        [*plain, (b"host", b"elsewhere")],
        [*plain, (b"expect", b"100-continue")],
        [*plain, (b"content-encoding", b"gzip")],
        [*plain, (b"transfer-encoding", b"chunked")],
    ):
        assert lane.read(URL, unusual, keep_alive=True) is None


def test_a_head_is_known_again(lane: FastLane) -> None:
    """Where the same bytes begin a whole request; not with another length, in a part, or before another request."""
    head = lane.read(URL, [(b"content-length", b"4")], keep_alive=True)
    text = b"POST /v1/predictions HTTP/1.1\r\ncontent-length: 4\r\n\r\n"
    assert head is not None
    assert lane.known(text + b"{  }") is None

    lane.remember(text + b"{  }", head)

    assert lane.known(text + b"1234") == (head, len(text))
    for other in (text, text + b"123", text + b"12345", text[:-4] + b"0\r\n\r\n1234", b"\r\n\r\n1234", b"1234"):
        assert lane.known(other) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n\r\nPOST /v1/predictions HTTP/1.1\r\ncontent-length: 4\r\n\r\n1234",
        b"POST /v1/predictions HTTP/1.1\r\ncontent-length: 4\r\n\r\n1234POST /v1/predictions HTTP/1.1\r\n",
        b"POST /v1/predictions HTTP/1.1\r\ncontent-length: 4\n\n12\r\n\r\n1234",
        b"POST /v1/predictions HTTP/1.1\r\ncontent-length: 4\r\nx: " + b"y" * LARGEST_KNOWN_HEAD + b"\r\n\r\n1234",
    ],
)
def test_only_plain_heads_are_remembered(data: bytes, lane: FastLane) -> None:
    """What is in pieces, follows an empty line, goes before another, ends lines otherwise or is long is read anew."""
    head = lane.read(URL, [(b"content-length", b"4")], keep_alive=True)
    assert head is not None

    lane.remember(data, head)

    assert lane.known(data) is None


def test_few_heads_are_remembered(lane: FastLane) -> None:
    """Clients that never send the same one twice cost no memory."""
    head = lane.read(URL, [(b"content-length", b"1")], keep_alive=True)
    assert head is not None
    sent = [b"POST / HTTP/1.1\r\nx: %d\r\n\r\n1" % number for number in range(2 * MOST_KNOWN + 1)]

    for data in sent:
        lane.remember(data, head)

    assert sum(lane.known(data) is not None for data in sent) == 1


def test_it_answers_as_the_guard_does(lane: FastLane, home: Home, row: dict[str, float]) -> None:
    """Status, headers and body, for what is answered and what is refused."""
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    for document, host in (({"rows": [row]}, "127.0.0.1"), ({"rows": []}, "127.0.0.1"), ({"rows": [row]}, "evil")):
        body = json.dumps(document).encode()
        request = post("/v1/predictions", body, host=host, x_request_id="a", traceparent=trace)
        (expected,) = ask(application(home.settings), request)
        headers = {name.lower(): value for name, value in request.headers.raw}
        read = lane.read(URL, list(headers.items()), keep_alive=True)
        assert read is not None

        head, _, answer = lane.answer(read, body, "", b"").partition(b"\r\n\r\n")

        assert answer == expected.content
        status, *lines = head.decode().split("\r\n")
        assert status.split()[1] == str(expected.status_code)
        given = dict(line.split(": ", 1) for line in lines)
        del given["traceparent"]
        assert given == {name: value for name, value in expected.headers.items() if name != "traceparent"}
