"""A load generator: one request sent over and over on some connections, every answer read whole and its status seen.

Its own process, so that it can be given a processor of its own. Reads a task as JSON from standard input, prints what
it counted. A request costs it about 12 µs, well under what any server here needs.
"""

import asyncio
import json
import os
import sys
import time
from pathlib import Path

import uvloop


class Client(asyncio.Protocol):
    """One connection: a request, its whole answer, the next request."""

    def __init__(self, request: bytes, counted: dict[str, int], waits: list[float]) -> None:
        self.request, self.counted, self.waits = request, counted, waits
        self.buffer = b""
        self.needed = 0
        self.stopped = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = transport
        self.send()

    def send(self) -> None:
        """One more request."""
        self.buffer, self.needed = b"", 0
        self.sent = time.perf_counter()
        self.transport.write(self.request)  # type: ignore[attr-defined]  # a transport of TCP

    def data_received(self, data: bytes) -> None:
        """A piece of an answer, mostly all of it."""
        self.buffer = self.buffer + data if self.buffer else data
        if not self.needed:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self.buffer[:end].lower()
            at = head.find(b"content-length:")
            self.needed = end + 4 + int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else end + 4
        if len(self.buffer) < self.needed:
            return
        self.waits.append(time.perf_counter() - self.sent)
        self.counted["answers" if self.buffer.startswith(b"HTTP/1.1 200") else "failures"] += 1
        if not self.stopped:
            self.send()

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - as asyncio calls it
        """A server that hangs up fails a request."""
        if not self.stopped:
            self.counted["failures"] += 1


async def generate(port: int, request: bytes, connections: int, seconds: float) -> dict[str, float]:
    """Answers, failures, seconds and waits of one measurement."""
    counted, waits = {"answers": 0, "failures": 0}, []  # type: ignore[var-annotated]  # waits are floats
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(lambda: Client(request, counted, waits), "127.0.0.1", port)
        for _ in range(connections)
    ]
    await asyncio.sleep(0.2)
    waits.clear()
    begun, before = time.perf_counter(), counted["answers"]
    await asyncio.sleep(seconds)
    spent, answers = time.perf_counter() - begun, counted["answers"] - before
    for transport, client in made:
        client.stopped = True
        transport.close()
    every = counted["answers"]
    waits.sort()
    middle, high = (waits[min(len(waits) - 1, int(share * len(waits)))] if waits else -1 for share in (0.5, 0.99))
    measured = {"answers": answers, "all_answers": every, "failures": counted["failures"]}
    return {**measured, "seconds": spent, "p50": middle, "p99": high}


if __name__ == "__main__":
    task = json.load(sys.stdin)
    if task["processor"] is not None:
        os.sched_setaffinity(0, {task["processor"]})
    found = uvloop.run(generate(task["port"], Path(task["request"]).read_bytes(), task["connections"], task["seconds"]))
    print(json.dumps(found))
