"""The parts together, asked without a server."""

from __future__ import annotations

from spx_assets_tests.serving.asking import application, ask, get, post
from spx_assets_tests.serving.conftest import Home


def test_every_answer_has_an_id_and_security_headers(home: Home, row: dict[str, float]) -> None:
    """Hot or not, answered or refused; nothing says which software answers."""
    home.deploy()

    answers = ask(
        application(home.settings),
        get("/v1/model", x_request_id="mine"),
        get("/nowhere"),
        post("/v1/predictions", {"rows": [row]}),
        post("/v1/predictions", {"rows": 1}),
    )

    assert [200, 404, 200, 422] == [answer.status_code for answer in answers]
    assert answers[0].headers["x-request-id"] == "mine"
    assert all(answer.headers["x-request-id"] for answer in answers)
    assert {"nosniff"} == {answer.headers["x-content-type-options"] for answer in answers}
    assert not any("server" in answer.headers for answer in answers)
    assert not any(name.startswith("access-control-") for answer in answers for name in answer.headers)


def test_a_route_that_is_not_there_and_a_method_that_is_not_taken(home: Home) -> None:
    """Problem documents both, in the dialect of the path."""
    nowhere, wrong, posted, v2 = ask(
        application(home.settings), get("/x"), get("/v1/predictions"), post("/v1/model", b""), get("/v2/x")
    )

    assert (404, "application/problem+json") == (nowhere.status_code, nowhere.headers["content-type"])
    assert (405, "POST") == (wrong.status_code, wrong.headers["allow"])
    assert (405, "GET, HEAD") == (posted.status_code, posted.headers["allow"])
    assert "error" in v2.json()
