"""An application asked in this process, without a server around it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx

from spx_assets.serving.access_log import AccessLog
from spx_assets.serving.app import create_app
from spx_assets.serving.guard import Guard
from spx_assets.settings import Settings


def application(settings: Settings, lines: list[str] | None = None) -> Guard:
    """The application of a home; what it logs goes to `lines`."""
    kept = [] if lines is None else lines
    return create_app(settings, log=AccessLog(kept.append))


def ask(guard: Guard, *requests: httpx.Request) -> list[httpx.Response]:
    """The answers to requests, one after the other, between start and stop of the application."""

    async def asking() -> list[httpx.Response]:
        async with (
            guard.service.running(),
            httpx.AsyncClient(transport=httpx.ASGITransport(guard, raise_app_exceptions=False)) as client,  # type: ignore[arg-type]
        ):
            return [await client.send(request) for request in requests]

    return asyncio.run(asking())


def get(path: str, **headers: str) -> httpx.Request:
    """A GET request; underscores in header names stand for dashes."""
    return httpx.Request("GET", f"http://127.0.0.1{path}", headers=_named(headers))


def post(path: str, document: Any, **headers: str) -> httpx.Request:
    """A POST request of JSON, or of bytes as they are."""
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    given = {"content-type": "application/json", **_named(headers)}
    return httpx.Request("POST", f"http://127.0.0.1{path}", content=content, headers=given)


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
