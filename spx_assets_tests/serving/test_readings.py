"""`/v1/forecast`, `/v1/model`, `/v1/models`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from spx_assets.home import open_store
from spx_assets.settings import Settings
from spx_assets_tests.serving.asking import application, ask, get
from spx_assets_tests.serving.conftest import Home
from spx_assets_tests.serving.running import Running


def test_the_model_tells_its_features_horizons_version_and_card(
    served: Running, ran: tuple[Path, dict[str, Any]]
) -> None:
    """Of what the store says is deployed."""
    document = served.get("/v1/model").json()

    assert document["version"] == open_store(Settings.load({}, home=ran[0])).current("deployed_model")
    assert document["features"] == document["card"]["features"]
    assert document["horizons"] == [1, 5, 21]
    assert document["served_from"] == {"1": "arrays", "5": "arrays", "21": "arrays"}


def test_the_forecast_of_one_horizon(served: Running) -> None:
    """One entry; a word that is no number is refused, a horizon that is not there not found."""
    assert [entry["horizon"] for entry in served.get("/v1/forecast?horizon=5").json()["forecasts"]] == [5]
    assert [404, 422] == [served.get(f"/v1/forecast?horizon={each}").status_code for each in ("2", "x")]


def test_the_forecast_says_what_limits_its_sample(served: Running) -> None:
    """In the words of the card of the model that made it, and the client has them."""
    notes = served.get("/v1/model").json()["card"]["sample"]["notes"]

    assert notes[0].startswith("The sample begins on")
    assert served.get("/v1/forecast").json()["notes"] == notes


@pytest.mark.parametrize(
    "path", ["/v1/forecast", "/v1/forecast?horizon=1", "/v1/model", "/v1/models", "/v1/track-record"]
)
def test_what_did_not_change_is_not_sent_again(path: str, served: Running) -> None:
    """304 by tag and by time."""
    first = served.get(path)

    for name, given in (("if-none-match", "etag"), ("if-modified-since", "last-modified")):
        again = served.get(path, headers={name: first.headers[given]})
        assert (304, b"") == (again.status_code, again.content)


def test_versions_are_listed_newest_first(home: Home) -> None:
    """Those that are addressable, the current one marked."""
    made = [home.deploy(f"number {number}") for number in range(6)]

    (answer,) = ask(application(home.settings), get("/v1/models"))

    listed = answer.json()["versions"]
    assert [each["version"] for each in listed] == made[:1:-1]
    assert [each["current"] for each in listed] == [True, False, False, False]


def test_without_anything_stored_each_says_what_to_do(home: Home) -> None:
    """503 and the way out."""
    for answer in ask(application(home.settings), *map(get, ("/v1/forecast", "/v1/model", "/v1/models"))):
        assert answer.status_code == 503
        assert "spx run" in answer.json()["way_out"]
