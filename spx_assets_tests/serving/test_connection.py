"""Connections that dawdle, and those that do not, against a real server."""

from __future__ import annotations

import email
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from spx_assets_tests.serving.running import Running, running

DEADLINE_S = 1.0
TWO_HOSTS = b"\r\nhost: elsewhere\r\nhost: localhost\r\nconnection: close\r\n"


@pytest.fixture(scope="module")
def strict(ran: tuple[Path, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with a deadline of a second."""
    log = tmp_path_factory.mktemp("strict") / "log"
    with running(ran[0], log, api_deadline=str(DEADLINE_S), api_max_bytes="100000") as server:
        yield server


def request(row: dict[str, float], *lines: str) -> bytes:
    """A prediction request as bytes."""
    return json_request({"rows": [row]}, *lines)


def json_request(document: object, *lines: str) -> bytes:
    """A request for predictions with that body."""
    body = json.dumps(document).encode()
    head = "\r\n".join(["POST /v1/predictions HTTP/1.1", "host: localhost", f"content-length: {len(body)}", *lines])
    return head.encode() + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    ("begun", "status"),
    [
        (b"", b""),
        (b"GET /v1/model HT", b"408"),
        (b"POST /v1/predictions HTTP/1.1\r\nhost: localhost\r\nx: ", b"408"),
        (b"POST /v1/predictions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n{", b"408"),
        (b"POST /v1/predictions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 90000\r\n\r\n{", b"408"),
        (b"POST /v1/predictions HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n5\r\n", b"408"),
    ],
)
def test_a_request_that_does_not_arrive_in_time_is_ended(begun: bytes, status: bytes, strict: Running) -> None:
    """Whatever part of it is missing; the client is told where there is something to answer."""
    start = time.monotonic()
    answer = strict.exchange(begun)

    assert time.monotonic() - start < DEADLINE_S + 2
    assert status == answer[9:12]


def test_trickling_does_not_help(strict: Running) -> None:
    """A byte now and then does not move the deadline."""
    start = time.monotonic()
    with socket.create_connection(("127.0.0.1", strict.port), timeout=10) as connection:
        try:
            for byte in b"GET / HTTP/1.1\r\nhost: localhost\r\nx: " + b"y" * 1000:
                connection.send(bytes([byte]))
                time.sleep(0.05)
        except OSError:
            pass

    assert time.monotonic() - start < DEADLINE_S + 2


def test_many_requests_on_one_connection(strict: Running, row: dict[str, float]) -> None:
    """Sent at once, hot and others mixed, they are answered in order."""
    get = b"GET /v2/health/live HTTP/1.1\r\nhost: localhost\r\n\r\n"
    last = request(row, "connection: close")

    answer = strict.exchange(request(row) + get + request(row) + request(row) + get + last)

    assert answer.count(b"HTTP/1.1 200") == 6
    kinds = [b"predictions" in part for part in answer.split(b"HTTP/1.1 ")[1:]]
    assert kinds == [True, False, True, True, False, True]
    assert answer.count(b"connection: close") == 1


def test_a_client_that_repeats_itself_is_answered_each_time(strict: Running, row: dict[str, float]) -> None:
    """Whole, in pieces, with another length, behind others at once, after another route: each its own answer."""
    short, get = {"rows": [row], "horizon": 1}, b"GET /v2/health/live HTTP/1.1\r\nhost: localhost\r\n\r\n"
    plain, other = request(row), request({**row, "x": 1.0})
    head = plain.index(b"\r\n\r\n") + 4
    with (
        socket.create_connection(("127.0.0.1", strict.port), timeout=10) as connection,
        connection.makefile("rb") as answers,
    ):
        for sent, statuses in (
            ([plain], [200]),
            ([plain], [200]),
            ([plain[:head], plain[head:]], [200]),
            ([plain[: head + 9], plain[head + 9 :]], [200]),
            ([other], [422]),
            ([plain + plain], [200, 200]),
            ([plain + get], [200, 200]),
            ([plain], [200]),
            ([get], [200]),
            ([plain[:head] + b"x" * (len(plain) - head)], [400]),
            ([json_request(short)], [200]),
        ):
            for part in sent:
                connection.sendall(part)
                time.sleep(0.02)

            assert statuses == [_status(answers) for _ in statuses]
        connection.sendall(request(row, "connection: close") * 2)
        assert _status(answers) == 200
        assert answers.read() == b""


UPGRADES = (
    ("Upgrade, HTTP2-Settings", "h2c"),
    ("upgrade", "websocket"),
    ("keep-alive, Upgrade", "anything/1"),
    ("Upgrade", "WebSocket, h2c"),
)
SMUGGLED = b"GET /v2/health/live HTTP/1.1\r\nhost: localhost\r\n\r\n"


@pytest.mark.parametrize(("tokens", "protocol"), UPGRADES)
@pytest.mark.parametrize("path", ["/v1/predictions", "/invocations", "/v2/repository/index"])
def test_a_request_to_upgrade_is_answered_as_any_other(path: str, tokens: str, protocol: str, strict: Running) -> None:
    """Its body is its own, in whatever segments it comes: no request in it is ever answered."""
    head = (
        f"POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: {tokens}\r\nupgrade: {protocol}\r\n"
        f"content-length: {len(SMUGGLED)}\r\n\r\n"
    ).encode()
    last = b"GET /version HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
    for cut in (0, 1, len(SMUGGLED), len(SMUGGLED) + 20):
        whole = head + SMUGGLED + head + SMUGGLED
        at = len(head) + cut
        answer = strict.segments(whole[:at], whole[at:], last)

        assert answer.count(b"HTTP/1.1 ") == 3
        assert b'"live"' not in answer


def test_an_upgrade_gets_the_prediction(strict: Running, row: dict[str, float]) -> None:
    """What curl --http2 and Java's client send: headers first, then the body, and more on the same connection."""
    plain = request(row)
    given = request(row, "connection: Upgrade, HTTP2-Settings, close", "upgrade: h2c", "http2-settings: AAMAAABk")
    head = given.index(b"\r\n\r\n") + 4

    answer = strict.segments(plain + given[:head], given[head:])

    assert answer.count(b"HTTP/1.1 200") == answer.count(b'"predictions"') == 2
    assert answer.count(b"connection: close") == 1


@pytest.mark.parametrize(
    ("lines", "body"),
    [
        ("content-length: 5\r\ntransfer-encoding: chunked", b"0\r\n\r\n" + SMUGGLED),
        ("transfer-encoding: chunked\r\ncontent-length: 5", b"0\r\n\r\n" + SMUGGLED),
        ("content-length: 5\r\ncontent-length: 60", SMUGGLED),
        ("content-length : 5", SMUGGLED),
        ("content-length: +5", SMUGGLED),
        ("transfer-encoding: xchunked", SMUGGLED),
        ("x: a\r\n content-length: 5\r\ncontent-length: 0", SMUGGLED),
        ("transfer-encoding: chunked", b"1;a=\nb\r\n{\r\n0\r\n\r\n" + SMUGGLED),
        ("transfer-encoding: chunked", b"1\r\n{}\r\n0\r\n\r\n" + SMUGGLED),
        ("connection: close\r\ncontent-length: 2", b"{}" + SMUGGLED),
    ],
)
def test_a_length_that_can_be_read_two_ways_ends_the_connection(lines: str, body: bytes, strict: Running) -> None:
    """One answer, and nothing of what follows is answered."""
    head = f"POST /v1/predictions HTTP/1.1\r\nhost: localhost\r\n{lines}\r\n\r\n".encode()
    answer = strict.segments(head, body)

    assert answer.count(b"HTTP/1.1 4") == answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("data", [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"CONNECT a:1 HTTP/1.1\r\nhost: a:1\r\n\r\n"])
def test_other_protocols_are_not_spoken(data: bytes, strict: Running) -> None:
    """Neither HTTP/2 without negotiation nor tunnels; what follows is not read."""
    answer = strict.segments(data + SMUGGLED, SMUGGLED)

    assert answer.count(b"HTTP/1.1 4") == answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("path", ["/v2/health/live", "/v2/health/ready", "/ping", "/health"])
def test_an_old_probe_without_a_host_is_answered(path: str, strict: Running) -> None:
    """HTTP/1.0 needs none, and load balancers send none; other routes still ask for a host of ours."""
    assert strict.exchange(f"GET {path} HTTP/1.0\r\n\r\n".encode()).startswith(b"HTTP/1.1 200")
    assert strict.exchange(b"GET /v1/model HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 421")
    foreign = f"GET {path} HTTP/1.0\r\nhost: evil.example\r\n\r\n".encode()
    assert strict.exchange(foreign).startswith(b"HTTP/1.1 421")


def test_trailers_are_no_headers(strict: Running, row: dict[str, float]) -> None:
    """A host behind a chunked body is nobody's; the body is answered."""
    body = json.dumps({"rows": [row]}).encode()
    head = (
        b"POST /v1/predictions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n"
    )
    chunk = b"%x\r\n%b\r\n0\r\nhost: elsewhere\r\ncontent-type: text/html\r\n\r\n" % (len(body), body)

    assert [b"HTTP/1.1 200"] * 2 == [strict.segments(head + chunk)[:12], strict.segments(head, chunk)[:12]]


def test_a_client_that_waits_for_100_is_told_to_go_on(strict: Running, row: dict[str, float]) -> None:
    """And then answered, once."""
    given = request(row, "expect: 100-continue", "connection: close")
    head = given.index(b"\r\n\r\n") + 4
    answer = strict.segments(given[:head], given[head:])

    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200")
    assert answer.count(b"HTTP/1.1 ") == 2


@pytest.mark.parametrize("before", [b"", SMUGGLED])
def test_headers_beyond_reason_are_rejected_in_one_read(before: bytes, strict: Running) -> None:
    """However they arrive, also behind another request; a large body is no header."""
    large = b"GET /version HTTP/1.1\r\nhost: localhost\r\nx: " + b"y" * 108_000 + b"\r\n\r\n"

    assert b"HTTP/1.1 431" in strict.exchange(before + large)
    assert strict.exchange(json_request({"rows": "y" * 80_000}, "connection: close")).startswith(b"HTTP/1.1 422")


def test_idle_connections_take_no_ones_place(strict: Running) -> None:
    """More than there are places for: who comes is answered at once, the longest idle go."""
    with ExitStack() as stack:
        idle = [
            stack.enter_context(socket.create_connection(("127.0.0.1", strict.port), timeout=10)) for _ in range(1100)
        ]
        answers = [strict.get("/v2/health/live").status_code for _ in range(3)]
        idle[-1].sendall(SMUGGLED)
        assert idle[-1].recv(12) == b"HTTP/1.1 200"

    assert answers == [200, 200, 200]


def _status(answers: BinaryIO) -> int:
    """The status of the next answer, once it was read whole."""
    status = int(answers.readline().split()[1])
    headers = email.message_from_bytes(b"".join(iter(answers.readline, b"\r\n")))
    answers.read(int(headers["content-length"]))
    return status


def test_a_body_in_pieces_is_put_together(strict: Running, row: dict[str, float]) -> None:
    """As slowly as the deadline allows."""
    data = request(row, "connection: close")
    with socket.create_connection(("127.0.0.1", strict.port), timeout=10) as connection:
        for start in range(0, len(data), 200):
            connection.sendall(data[start : start + 200])
            time.sleep(0.01)
        assert connection.recv(12) == b"HTTP/1.1 200"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET /v1/model HTTP/1.1" + TWO_HOSTS + b"\r\n", b"400"),
        (b"POST /v1/predictions HTTP/1.1" + TWO_HOSTS + b"content-length: 2\r\n\r\n{}", b"400"),
        (b"GET / HTTP/1.1\r\nhost: localhost\r\n" + b"x: y\r\n" * 20_000, b"431"),
        (b"POST /v1/predictions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100001\r\n\r\n", b"413"),
    ],
)
def test_what_is_no_request_of_ours_is_refused_with_a_problem(data: bytes, status: bytes, strict: Running) -> None:
    """And the connection closed."""
    head, _, body = strict.exchange(data).partition(b"\r\n\r\n")

    assert status == head[9:12]
    assert int(status) == json.loads(body)["status"]


def test_a_client_that_reads_nothing_is_ended(strict: Running, row: dict[str, float]) -> None:
    """It may not fill the server's memory with answers it does not take."""
    connection = socket.create_connection(("127.0.0.1", strict.port), timeout=0.5)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    block = request(row) * 200
    with pytest.raises(OSError, match=r"reset|pipe|timed out"):
        _send_for(30, connection, block)
    connection.close()
    assert strict.get("/v2/health/ready").status_code == 200


def _send_for(seconds: float, connection: socket.socket, block: bytes) -> None:
    """Send on and on; where the server takes nothing more, once again after its deadline."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            connection.sendall(block)
        except TimeoutError:
            time.sleep(DEADLINE_S + 1.5)
            connection.sendall(block)
