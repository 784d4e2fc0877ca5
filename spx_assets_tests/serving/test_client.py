"""The client against a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from spx_assets.serving.client import ApiError, Client
from spx_assets.serving.deployment import ServedModel
from spx_assets_tests.serving.running import Running


@pytest.fixture
def client(served: Running) -> Iterator[Client]:
    """Of the server that all tests ask."""
    with Client(served.url) as made:
        yield made


def test_every_question_has_a_typed_answer(client: Client, model: ServedModel, row: dict[str, float]) -> None:
    """All under the version that serves."""
    assert (client.ready().ready, client.ready().model_version) == (True, model.version)
    assert [each.horizon for each in client.forecast().forecasts] == [1, 5, 21]
    assert client.forecast(5).forecasts[0].lower is not None
    assert list(client.model().features) == list(row)
    assert [each.version for each in client.models()] == [model.version]
    assert len(client.track_record().forecasts) == 3
    assert "http_requests_total" in client.metrics()


def test_predictions_come_in_order_and_explained(client: Client, model: ServedModel, row: dict[str, float]) -> None:
    """The same figures as the model itself."""
    made = client.predict([row, row], horizon=5, level=0.8, explain=True)

    assert (made.model_version, made.horizon, made.level) == (model.version, 5, 0.8)
    core = model.predictors[5].model
    expected = core.forecast_one(list(row.values()))
    assert [each.forecast for each in made.predictions] == [expected] * 2
    assert set(made.predictions[0].contributions or {}) == set(row)


def test_a_refusal_is_an_error_with_its_problem(client: Client, row: dict[str, float]) -> None:
    """Status, field and way out."""
    with pytest.raises(ApiError, match="There is no model for that horizon") as refused:
        client.predict([row], horizon=2)

    assert (422, "horizon") == (refused.value.status, refused.value.problem["field"])
