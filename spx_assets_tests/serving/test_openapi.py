"""The document for programs, and the page for people."""

from __future__ import annotations

import re
from typing import Any

import pytest

from spx_assets.serving.deployment import ServedModel
from spx_assets_tests.serving.asking import application, ask, get
from spx_assets_tests.serving.conftest import Home
from spx_assets_tests.serving.running import Running


@pytest.fixture(scope="module")
def api(served: Running) -> Any:
    """The document of the server that all tests ask."""
    return served.get("/openapi.json").json()


def test_every_example_runs(api: Any, served: Running) -> None:
    """Each route answers 200 when it is asked what its description shows."""
    for path, methods in api["paths"].items():
        for method, route in methods.items():
            given = {
                each["name"]: each.get("example", "") for each in route.get("parameters", []) if each["in"] == "path"
            }
            url = path.format(**given)
            content = route.get("requestBody", {}).get("content", {}).get("application/json", {})
            for body in (content.get("example"), *content.get("schema", {}).get("examples", [])):
                answer = served.get(url) if method == "get" else served.post(url, body)
                assert answer.status_code == 200, f"{method} {url}: {answer.text}"


def test_a_row_is_typed_by_the_features_of_the_model(api: Any, model: ServedModel) -> None:
    """All of them required, and no others."""
    request = api["paths"]["/v1/predictions"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    row = request["properties"]["rows"]["items"]

    assert row["required"] == list(row["properties"]) == list(model.first.model.features)
    assert (row["additionalProperties"], request["properties"]["horizon"]["enum"]) == (False, [1, 5, 21])


def test_operations_have_names_of_their_own(api: Any) -> None:
    """So that clients can be generated."""
    names = [route["operationId"] for methods in api["paths"].values() for route in methods.values()]

    assert len(set(names)) == len(names)


def test_without_a_model_it_is_there_all_the_same(home: Home) -> None:
    """Of any features."""
    (answer,) = ask(application(home.settings), get("/openapi.json"))

    assert (200, True) == (answer.status_code, "/v1/predictions" in answer.json()["paths"])


def test_the_page_needs_nothing_from_elsewhere(served: Running) -> None:
    """Its own style and script by their digests, and this server's answers."""
    page = served.get("/docs")

    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", page.text)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
