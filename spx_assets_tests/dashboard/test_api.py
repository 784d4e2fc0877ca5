"""The API asked over a real connection; every way in which it can fail to answer is a sentence."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from spx_assets.dashboard import api
from spx_assets.errors import DataRefused, NotFound
from spx_assets.settings import Settings

Serve = Callable[[int, bytes], tuple[Settings, list[Any]]]
PREDICTED = {
    "model_version": "0123456789abcdef",
    "horizon": 5,
    "level": 0.9,
    "predictions": [{"forecast": 0.1 + 0.2, "lower": -0.01, "upper": None}],
}


@pytest.fixture
def serve() -> Iterator[Serve]:
    """A server that gives one answer to everything, the settings that point at it, and what it was asked."""
    servers = []

    def start(status: int, body: bytes) -> tuple[Settings, list[Any]]:
        asked: list[Any] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                given = self.rfile.read(int(self.headers.get("content-length", 0)))
                asked.append((self.path, self.headers.get("authorization"), json.loads(given or b"null")))
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST  # noqa: N815  # the handler's own spelling

            def log_message(self, *_: object) -> None:
                """Tests stay quiet."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return Settings.load({}, api_port=str(server.server_port), api_token="secret"), asked  # noqa: S106  # a test's

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_predictions_come_as_they_were_sent(serve: Serve) -> None:
    """To the last digit, with the token at the door."""
    settings, asked = serve(200, json.dumps(PREDICTED).encode())

    answer = api.predict(settings, [{"vix_level": 20.0}], horizon=5, level=0.9)

    assert [api.Prediction(0.1 + 0.2, -0.01, None)] == list(answer.predictions)
    assert "0123456789abcdef" == answer.model_version
    body = {"rows": [{"vix_level": 20.0}], "horizon": 5, "level": 0.9}
    assert [("/v1/predictions", "Bearer secret", body)] == asked


def test_a_refusal_is_told_in_the_api_s_words(serve: Serve) -> None:
    """Detail and way out of the problem document."""
    problem = {"title": "Unprocessable", "status": 422, "detail": "There is no model.", "way_out": "Give 1, 5."}
    settings, _ = serve(422, json.dumps(problem).encode())

    with pytest.raises(DataRefused, match=r"The API refused \(422\): There is no model. Give 1, 5."):
        api.predict(settings, [], horizon=7, level=0.9)


def test_readiness_is_read_whatever_the_status(serve: Serve) -> None:
    """Not ready is an answer too."""
    settings, _ = serve(
        503, b'{"ready": false, "live": true, "model_version": null, "problem": "none yet", "way_out": null}'
    )

    found = api.readiness(settings)

    assert (False, None, "none yet") == (found.ready, found.model_version, found.problem)


@pytest.mark.parametrize("body", [b"<html>", b"[]", b""])
def test_a_stranger_on_the_port_is_recognised(serve: Serve, body: bytes) -> None:
    """What is no JSON object is not this API."""
    settings, _ = serve(200, body)

    with pytest.raises(DataRefused, match="is not this API"):
        api.predict(settings, [], horizon=1, level=0.9)


def test_nobody_at_the_port_is_told_with_the_way_out() -> None:
    """The command that starts it."""
    with pytest.raises(
        NotFound, match=r"The API does not answer at http://127.0.0.1:1: \w[\w ]+\. `spx serve` starts it"
    ):
        api.readiness(Settings.load({}, api_port="1"))


def test_listening_everywhere_is_reached_by_loopback() -> None:
    """And an IPv6 address stands in brackets."""
    assert "http://127.0.0.1:8000" == api.base_url(Settings.load({}, api_host="0.0.0.0"))  # noqa: S104  # only named
    assert "http://[::1]:8000" == api.base_url(Settings.load({}, api_host="::1"))
