"""A real receiver of webhooks on loopback, which can be away for a while."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class Receiver:
    """Where it listens, what it took, and the status it answers with."""

    url: str = ""
    status: int = 200
    taken: list[dict[str, Any]] = field(default_factory=list)

    def fields(self) -> list[dict[str, str]]:
        """The fields of each message, by title."""
        return [{f["title"]: f["value"] for f in message["attachments"][0]["fields"]} for message in self.taken]


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A receiver on a free port."""
    state = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the name that http.server asks for
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if state.status == 200:
                state.taken.append(body)
            self.send_response(state.status)
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_port}/hook"
    yield state
    server.shutdown()
    server.server_close()
