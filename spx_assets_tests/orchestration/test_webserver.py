"""The guard around the asset graph: who gets in, over HTTP and WebSocket. A real page tries it in the e2e tests."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from spx_assets.orchestration.webserver import Guard, options
from spx_assets_tests.serving.running import exchanged, free_port

PORT = 3000
WORD = "geheim"
OWN = f"http://127.0.0.1:{PORT}"
SOCKET = f"ws://127.0.0.1:{PORT}/graphql"


async def _page(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"in: {request.url.query}")


async def _socket(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("in")
    await websocket.close()


def client(token: str | None = None) -> TestClient:
    """A client of a guarded application that lets everybody in."""
    routes = [WebSocketRoute("/graphql", _socket), Route("/{path:path}", _page, methods=["GET", "POST"])]
    return TestClient(Guard(Starlette(routes=routes), port=PORT, token=token), base_url=OWN)


NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/graphql", {}),
        ("/graphql", {"Origin": OWN, "Sec-Fetch-Site": "same-origin"}),
        ("/graphql", {"Host": f"localhost:{PORT}", "Origin": f"http://localhost:{PORT}"}),
        ("/assets", {"Sec-Fetch-Site": "none", **NAVIGATION}),
        ("/assets", {"Sec-Fetch-Site": "cross-site", **NAVIGATION}),
    ],
)
def test_the_own_page_and_no_page_get_in(path: str, headers: dict[str, str]) -> None:
    """Scripts without a browser, the graph itself, an address typed or a link followed."""
    assert client().get(path, headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/graphql", {"Origin": "http://127.0.0.1:8080"}),
        ("/graphql", {"Origin": "null"}),
        ("/graphql", {"Host": f"rebound.example:{PORT}"}),
        ("/graphql", {"Host": "127.0.0.1"}),
        ("/graphql", {"Sec-Fetch-Site": "same-site"}),
        ("/graphql", {"Sec-Fetch-Site": "cross-site", **NAVIGATION}),
        ("/report_asset_materialization/raw_market", {"Sec-Fetch-Site": "same-site", **NAVIGATION}),
        ("/download_debug/1", {"Sec-Fetch-Site": "cross-site", **NAVIGATION}),
        ("/assets", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_foreign_pages_and_hosts_stay_out(method: str, path: str, headers: dict[str, str]) -> None:
    """Another port is another page; a name that is not ours is a rebound one; nothing is framed."""
    answer = client().request(method, path, headers=headers)

    assert answer.status_code == 403
    assert "in:" not in answer.text


def test_other_sites_do_not_frame_it() -> None:
    """Said with every answer, refusals too."""
    for path in ("/assets", "/graphql"):
        assert "frame-ancestors 'self'" in client().get(path).headers["content-security-policy"]


def test_the_bare_address_leads_to_the_graph() -> None:
    """With every group unfolded; Dagster's own first page is a timeline of runs, empty in a new home."""
    answer = client().get("/", follow_redirects=False)

    assert answer.headers["location"].startswith("/asset-groups?expanded=")
    assert answer.is_redirect


def test_two_hosts_are_none() -> None:
    """A request that names two is not asked which it means."""
    guarded = client()
    request = guarded.build_request("GET", "/graphql", headers=[("Host", f"127.0.0.1:{PORT}"), ("Host", "evil")])

    assert guarded.send(request).status_code == 403


def test_a_websocket_is_guarded_alike() -> None:
    """GraphQL subscriptions read runs; a foreign page gets none."""
    with client().websocket_connect(SOCKET, headers={"Origin": OWN}) as socket:
        assert socket.receive_text() == "in"
    for headers in ({"Origin": "http://127.0.0.1:8080"}, {"Host": "rebound.example"}):
        with pytest.raises(WebSocketDisconnect), client().websocket_connect(SOCKET, headers=headers) as socket:
            socket.receive_text()


def test_a_token_is_asked_for_once() -> None:
    """In the address, which forgets it at once; then the cookie opens page and WebSocket."""
    guarded = client(token=WORD)
    assert guarded.get("/graphql").status_code == 401
    assert guarded.get("/assets?token=falsch").status_code == 401
    with pytest.raises(WebSocketDisconnect), guarded.websocket_connect(SOCKET) as socket:
        socket.receive_text()

    login = guarded.get("/assets?token=geheim&view=checks", follow_redirects=False)

    assert (login.status_code, login.headers["location"]) == (303, "/assets?view=checks")
    cookie: Any = login.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "geheim" not in cookie
    assert guarded.get("/assets").text == "in: "
    with guarded.websocket_connect(SOCKET) as socket:
        assert socket.receive_text() == "in"


def test_a_token_does_for_scripts_and_health_needs_none() -> None:
    """`Authorization: Bearer`; whoever starts the services waits for the one route that tells nothing."""
    guarded = client(token=WORD)

    assert guarded.get("/graphql", headers={"Authorization": "Bearer geheim"}).status_code == 200
    assert guarded.get("/graphql", headers={"Authorization": "Bearer falsch"}).status_code == 401
    assert guarded.get("/server_info").status_code == 200
    assert guarded.get("/server_info", headers={"Origin": "http://evil.example"}).status_code == 403


def test_a_login_leads_nowhere_else() -> None:
    """A path that begins with two slashes would name another host."""
    answer = client(token=WORD).get(f"{OWN}//evil.example/?token=geheim", follow_redirects=False)

    assert answer.headers["location"] == "/evil.example/"


def test_no_request_is_read_out_of_the_body_of_another() -> None:
    """A request to upgrade whose body comes later, and is a request: it is never answered as one."""
    port = free_port()
    application = Starlette(routes=[Route("/{path:path}", _page, methods=["GET", "POST"])])
    server = uvicorn.Server(uvicorn.Config(Guard(application, port=port), **options(port)))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        hidden = f"GET /?hidden HTTP/1.1\r\nhost: localhost:{port}\r\nconnection: close\r\n\r\n".encode()
        for protocol in ("h2c", "websocket"):
            head = (
                f"POST / HTTP/1.1\r\nhost: localhost:{port}\r\nconnection: upgrade\r\nupgrade: {protocol}\r\n"
                f"content-length: {len(hidden)}\r\n\r\n"
            ).encode()
            answer = exchanged(port, head, hidden, hidden.replace(b"hidden", b"next"))
            assert b"in: hidden" not in answer
            assert answer.count(b"HTTP/1.1 ") <= 2
    finally:
        server.should_exit = True
        thread.join(10)
