"""Connections that dawdle, and those that do not, against a real server."""

from __future__ import annotations

import email
import json
import socket
import time
from collections.abc import Iterator
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
