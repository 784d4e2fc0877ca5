"""Clients that mean harm or know no better: bodies of every wrong kind, and connections that dawdle."""

from __future__ import annotations

import json
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from spx_assets_tests.faults.service import ask, asked, connected, last_row, resident_mb
from spx_assets_tests.serving.running import Running, running

MARK = "do-not-echo-7f3a"
Row = dict[str, float]
Body = tuple[str, bytes, dict[str, str]]


def good_bodies(row: Row) -> list[Body]:
    """One sound request per dialect."""
    tensor = {"name": "features", "shape": [1, len(row)], "datatype": "FP64", "data": list(row.values())}
    split = {"columns": list(row), "data": [list(row.values())]}
    return [
        ("/v1/predictions", json.dumps({"rows": [row]}).encode(), {}),
        ("/v2/models/spx/infer", json.dumps({"id": MARK, "inputs": [tensor]}).encode(), {}),
        ("/invocations", json.dumps({"dataframe_split": split}).encode(), {"Content-Type": "application/json"}),
    ]


def torn(body: bytes, chance: random.Random) -> bytes:
    """Cut off somewhere."""
    return body[: chance.randrange(len(body))]


def overwritten(body: bytes, chance: random.Random) -> bytes:
    """Some bytes replaced by any others."""
    changed = bytearray(body)
    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def renumbered(body: bytes, chance: random.Random) -> bytes:
    """A number replaced by what is no finite number, or no number."""
    others = (
        "NaN",
        "Infinity",
        "-1e999",
        "1e308",
        "null",
        "true",
        f'"{MARK}"',
        "[]",
        "{}",
        "9" * 400,
        "0x10",
        "1_0",
        "",
    )
    parts = body.decode().split(", ")
    at = chance.randrange(len(parts))
    head, colon, _ = parts[at].rpartition(": ")
    parts[at] = head + colon + chance.choice(others)
    return ", ".join(parts).encode()


def retyped(body: bytes, chance: random.Random) -> bytes:
    """A part of the document replaced by a value of another type."""
    document: Any = json.loads(body)
    places: list[tuple[Any, Any]] = []

    def visit(value: Any) -> None:
        for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
            places.append((value, key))
            visit(value[key])

    visit(document)
    holder, key = chance.choice(places)
    holder[key] = chance.choice([None, -1, 2**70, 1e308, MARK, [], {}, [[[]]], [holder is document], True, {MARK: 1}])
    return json.dumps(document).encode()


def repeated(body: bytes, chance: random.Random) -> bytes:
    """A key twice, or one that is not known."""
    return b'{"' + chance.choice([b"rows", b"inputs", MARK.encode(), b"\\u0072ows"]) + b'": [], ' + body[1:]


def deep(_: bytes, chance: random.Random) -> bytes:
    """Nested beyond reason."""
    depth = chance.choice([100, 5_000, 200_000])
    return chance.choice([b"[" * depth, b'{"rows":' * depth, b'{"rows":' + b"[" * depth + b"]" * depth + b"}"])


def wide(body: bytes, chance: random.Random) -> bytes:
    """Many wrong items."""
    count = chance.choice([1_000, 50_000])
    return chance.choice([b'{"rows": [%b]}', b'{"instances": [%b]}', b'{"inputs": [%b]}']) % b",".join([b"{}"] * count)


def noise(_: bytes, chance: random.Random) -> bytes:
    """Any bytes."""
    return chance.randbytes(chance.choice([0, 1, 10, 1_000, 100_000]))


HARM: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(torn, overwritten, renumbered, retyped, repeated) * 8,
    *(noise,) * 4,
    deep,
    wide,
)
HEADERS: tuple[dict[str, str], ...] = (
    {},
    {},
    {},
    {"Content-Type": "application/json"},
    {"Content-Type": "text/csv"},
    {"Content-Type": "application/json; charset=latin-1"},
    {"Content-Type": "multipart/form-data"},
    {"Content-Encoding": "gzip"},
    {"Inference-Header-Content-Length": "12"},
    {"Inference-Header-Content-Length": "-1"},
    {"Inference-Header-Content-Length": "99999999999999999999"},
    {"Accept": MARK},
)


def hostile(row: Row, count: int, seed: int) -> Iterator[Body]:
    """Bodies that begin as sound ones, most of them no longer sound."""
    chance = random.Random(seed)  # noqa: S311  # chance, not secrecy
    sound = good_bodies(row)
    for _ in range(count):
        path, body, _ = chance.choice(sound)
        yield path, chance.choice(HARM)(body, chance), chance.choice(HEADERS)


@pytest.mark.slow
@pytest.mark.parametrize("count", [10_000])
def test_no_body_is_too_much(count: int, ran: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    """No answer is 500 or more, is long or repeats what was sent; memory stays; and good ones are answered after."""
    row = last_row(ran[0])
    wrong = []
    with running(ran[0], tmp_path / "log") as service:
        for path, body, headers in hostile(row, count // 10, seed=1):
            ask(service, "POST", path, body, headers)
        before = resident_mb(service)
        for path, body, headers in hostile(row, count, seed=2):
            answer = ask(service, "POST", path, body, headers)
            if answer.status >= 500 or (
                answer.status >= 400 and (len(answer.body) > 2048 or MARK.encode() in answer.body)
            ):
                wrong.append((answer.status, path, headers, body[:300], answer.body[:300]))
        grown = resident_mb(service) - before
        sound = [ask(service, "POST", *good).status for good in good_bodies(row)]

    assert wrong == []
    assert grown < 50
    assert sound == [200, 200, 200]


def dawdling(service: Running, number: int) -> socket.socket:
    """A connection with half a request: of its head, or of its body."""
    connection = socket.create_connection(("127.0.0.1", service.port), timeout=30)
    head = b"POST /v1/predictions HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    connection.sendall(head if number % 2 else head + b"Content-Length: 1000\r\n\r\n{")
    return connection


def is_alive(connection: socket.socket) -> bool:
    """Whether the service still holds a connection: it has not ended it, by a farewell or without."""
    connection.setblocking(False)
    try:
        while data := connection.recv(65536):
            del data
    except BlockingIOError:
        return True
    except OSError:
        pass
    return False


def drip(connections: list[socket.socket], stopping: threading.Event) -> None:
    """A byte on every connection now and then, so that none is silent."""
    while not stopping.wait(0.5):
        for number, connection in enumerate(connections):
            try:
                connection.send(b"x" if number % 2 == 0 else b"X-A: b\r\n")
            except OSError:
                continue


@pytest.mark.parametrize(("slow", "deadline"), [(20, "1"), pytest.param(100, "5", marks=pytest.mark.slow)])
def test_slow_clients_are_ended_and_good_ones_do_not_notice(
    slow: int, deadline: str, ran: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    """Dripping heads and bodies are all gone by twice the deadline, while every other request is answered at once."""
    body = json.dumps({"rows": [last_row(ran[0])]}).encode()
    waits, stopping = [], threading.Event()
    with running(ran[0], tmp_path / "log", api_deadline=deadline) as service, connected(service) as good:
        connections = [dawdling(service, number) for number in range(slow)]
        dripping = threading.Thread(target=drip, args=(connections, stopping))
        dripping.start()
        until = time.monotonic() + 2 * float(deadline)
        while time.monotonic() < until:
            begun = time.monotonic()
            assert asked(good, "POST", "/v1/predictions", body).status == 200
            waits.append(time.monotonic() - begun)
            stopping.wait(0.005)
        alive = [is_alive(connection) for connection in connections]
        stopping.set()
        dripping.join()
        for connection in connections:
            connection.close()

    assert alive == [False] * slow
    assert sorted(waits)[int(0.99 * len(waits))] < 0.25
