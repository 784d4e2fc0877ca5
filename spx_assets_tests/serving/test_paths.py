"""Paths, queries and names as proxies and people write them, and what of this machine an answer may tell."""

from __future__ import annotations

import json

import pytest

from spx_assets.home import open_store
from spx_assets.serving.problems import plain_names, without_paths
from spx_assets.settings import Settings
from spx_assets_tests.serving.asking import application, ask, get, post
from spx_assets_tests.serving.conftest import Home
from spx_assets_tests.serving.running import Running

ROUTES = (
    "/v1/forecast",
    "/v1/model",
    "/v1/models",
    "/v1/track-record",
    "/v1/report.html",
    "/v2",
    "/v2/models/spx",
    "/v2/models/spx/ready",
    "/v2/health/live",
    "/v2/health/ready",
    "/ping",
    "/health",
    "/version",
    "/metrics",
    "/docs",
    "/openapi.json",
)


@pytest.mark.parametrize("path", ROUTES)
def test_a_slash_at_the_end_makes_no_difference(path: str, served: Running) -> None:
    """Answered, not redirected, on every route; HEAD as GET."""
    with_slash = served.get(f"{path}/")

    assert (200, served.get(path).headers["content-type"]) == (
        with_slash.status_code,
        with_slash.headers["content-type"],
    )


@pytest.mark.parametrize("path", ["/v1/predictions/", "/v1/predictions//", "/v2/repository/index/"])
def test_nor_does_it_where_a_body_is_sent(path: str, served: Running, row: dict[str, float]) -> None:
    """The body arrives."""
    assert served.post(path, {"rows": [row]}).status_code == 200


def test_the_root_leads_to_the_documentation(served: Running) -> None:
    """Relative, so that it holds behind whatever prefix."""
    answer = served.get("/", follow_redirects=False)

    assert (307, "docs") == (answer.status_code, answer.headers["location"])


@pytest.mark.parametrize("prefix", ["", "/forecast"])
def test_behind_a_prefix_everything_is_found(prefix: str, home: Home, row: dict[str, float]) -> None:
    """Whether the proxy takes the prefix off or not; the document names it, the page asks beside itself."""
    home.deploy()
    guard = application(home.settings.model_copy(update={"api_root_path": "/forecast"}))

    answers = ask(
        guard,
        get(f"{prefix}/openapi.json"),
        post(f"{prefix}/v1/predictions", {"rows": [row]}),
        get(f"{prefix}/v2/models/spx/"),
        get(f"{prefix}/docs"),
        get(f"{prefix}/"),
        get("/forecasts/v1/model"),
    )

    assert [200, 200, 200, 200, 307, 404] == [answer.status_code for answer in answers]
    assert answers[0].json()["servers"] == [{"url": "/forecast"}]
    assert '"/openapi.json"' not in answers[3].text


@pytest.mark.parametrize("wrong", ["forecast", "/forecast/", "/a b", "//", "/a?b"])
def test_a_prefix_is_a_path(wrong: str) -> None:
    """Anything else is no setting."""
    with pytest.raises(Exception, match="ROOT_PATH"):
        Settings.load({"SPX_API_ROOT_PATH": wrong})


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/v1/forecast?horzon=5", "horzon"),
        ("/v1/track-record?limit=5&page=2", "page"),
        ("/v1/model?horizon=5", "horizon"),
        ("/v2/models/spx?x", "x"),
        ("/v1/forecast?%3Cb%3E=1", "1 that is no plain name"),
        ("/v1/forecast?horizon=1&horizon=5", "twice"),
    ],
)
def test_an_unknown_query_parameter_is_named(path: str, named: str, served: Running) -> None:
    """It would be ignored otherwise, and another question answered; probes may carry what they like."""
    answer = served.get(path)

    assert answer.status_code == (400 if path.startswith("/v2") else 422)
    assert named in answer.text
    assert served.get("/v2/health/ready?t=1").status_code == 200


def test_names_that_are_not_known_are_told(served: Running, row: dict[str, float]) -> None:
    """Fields, features, parameters and inputs, on the hot routes too."""
    tensors = [{"name": name, "shape": [1], "datatype": "FP64", "data": [1.0]} for name in (*row, "odd_one")]
    told = [
        served.post("/v1/predictions?horizn=5", {"rows": [row]}).json()["detail"],
        served.post("/v1/predictions", {"rows": [row], "levl": 0.9}).json()["detail"],
        served.post("/v1/predictions", {"rows": [{**row, "vix": 1.0}]}).json()["detail"],
        served.post("/invocations", {"dataframe_records": [{**row, "vix": 1.0}]}).json()["detail"],
        served.post("/invocations", {"dataframe_records": [row], "params": {"levl": 1}}).json()["detail"],
        served.post("/v2/models/spx/infer", {"inputs": tensors}).json()["error"],
        served.post("/v2/models/spx/infer", {"inputs": [], "inpts": 1}).json()["error"],
    ]

    names = ("horizn", "levl", "vix", "vix", "levl", "odd_one", "inpts")
    assert [name for name, text in zip(names, told, strict=True) if name not in text] == []


def test_names_are_told_only_when_they_are_plain() -> None:
    """Five of them, and never what could act on a page or a terminal."""
    assert plain_names(["a", "b.c-d_1"]) == "a, b.c-d_1"
    assert plain_names(["a", "<b>", "\x1b[1m"]) == "a, 2 that are no plain names"
    assert plain_names(list("abcdefg")) == "a, b, c, d, e, …"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/home/me/.spx/store/x/manifest.json: cut short", "…/manifest.json: cut short"),
        ("[Errno 13] Permission denied: '/srv/spx/store/CURRENT'", "[Errno 13] Permission denied: '…/CURRENT'"),
        (r"C:\Users\me\store\CURRENT is gone", "…/CURRENT is gone"),
        ("deployed_model 0123 and/or 3/4 is damaged", "deployed_model 0123 and/or 3/4 is damaged"),
    ],
)
def test_paths_of_this_machine_stay_here(text: str, expected: str) -> None:
    """The last part tells enough."""
    assert expected == without_paths(text)


def test_no_answer_tells_where_the_store_is(home: Home, row: dict[str, float]) -> None:
    """Neither a damaged model, nor a damaged forecast, in whichever answer it is told."""
    home.deploy()
    store = open_store(home.settings)
    for file in store.path("deployed_model").glob("*.npz"):
        file.chmod(0o644)
        file.write_bytes(b"damaged")

    answers = ask(
        application(home.settings),
        get("/v2/health/ready"),
        get("/v1/model"),
        get("/metrics"),
        get("/v1/forecast"),
        post("/v1/predictions", {"rows": [row]}),
    )

    assert [503, 503, 200, 503, 503] == [answer.status_code for answer in answers]
    assert "horizon" in answers[0].json()["problem"]
    for answer in answers:
        assert str(home.settings.home) not in answer.text
        assert "store/" not in json.dumps(answer.text)
