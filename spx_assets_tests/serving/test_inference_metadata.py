"""What the protocol's routes tell."""

from __future__ import annotations

from spx_assets.serving.deployment import ServedModel
from spx_assets_tests.serving.asking import application, ask, get
from spx_assets_tests.serving.conftest import Home
from spx_assets_tests.serving.running import Running


def test_metadata_is_enough_to_form_a_request(served: Running, model: ServedModel) -> None:
    """Names in order, shapes, types, levels."""
    document = served.get("/v2/models/spx_5").json()

    (features,) = document["inputs"]
    assert features["parameters"]["names"] == list(model.predictors[5].model.features)
    assert [each["name"] for each in document["outputs"]] == ["forecast", "lower", "upper"]
    assert (document["parameters"]["horizon"], document["parameters"]["level"]) == (5, 0.9)


def test_the_server_is_described_with_and_without_a_slash(served: Running) -> None:
    """Clients ask for either."""
    assert served.get("/v2").json() == served.get("/v2/").json()


def test_models_and_versions_that_are_not_there_are_not_found(served: Running) -> None:
    """With an error string."""
    for path in ("/v2/models/other", "/v2/models/spx_2/ready", "/v2/models/spx/versions/0000000000000000"):
        answer = served.get(path)
        assert (404, ["error"]) == (answer.status_code, list(answer.json()))


def test_each_addressable_version_is_described_under_its_own_id(home: Home) -> None:
    """And ready."""
    made = [home.deploy(f"number {number}") for number in range(2)]
    guard = application(home.settings)

    answers = ask(guard, *(get(f"/v2/models/spx/versions/{version}/ready") for version in made))

    assert [(version, True) for version in made] == [(a.json()["version"], a.json()["ready"]) for a in answers]
