"""What closes the pages that other libraries serve. Real servers try it in the tests of the webserver and dashboard."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from spx_assets.serving.own_pages import OwnPages


def opened(origin: str | None, *names: str) -> bool:
    """Whether a WebSocket of a page with this origin reaches the application on 127.0.0.1:8501."""
    said: list[str] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        said.append(message["type"])

    headers = [(b"host", b"127.0.0.1:8501"), *([] if origin is None else [(b"origin", origin.encode())])]
    scope = {"type": "websocket", "headers": headers}
    asyncio.run(OwnPages(application, names)(scope, receive, send))
    return said == ["websocket.accept"]


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8501", "HTTP://127.0.0.1:8501", "https://127.0.0.1:8501", None])
def test_its_own_page_and_programs_open_a_websocket(origin: str | None) -> None:
    """A program that is no browser names no page."""
    assert opened(origin)


@pytest.mark.parametrize(
    "origin",
    [
        "http://127.0.0.1:8000",
        "http://127.0.0.1",
        "http://localhost:8501",
        "null",
        "",
        "https://evil.example",
        "file://",
    ],
)
def test_other_pages_do_not(origin: str) -> None:
    """Another port of this machine is another site."""
    assert not opened(origin)


def test_a_page_behind_a_proxy_is_named_in_the_settings() -> None:
    """By its host."""
    assert opened("https://forecast.example", "forecast.example")
    assert not opened("https://forecast.example.evil", "forecast.example")
