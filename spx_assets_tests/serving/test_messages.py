"""The types of answers."""

from __future__ import annotations

from spx_assets.serving import messages
from spx_assets_tests.serving.running import Running


def test_answers_are_of_their_types(served: Running) -> None:
    """What the OpenAPI document promises is what is sent."""
    for path, kind in (
        ("/v1/forecast", messages.Forecasts),
        ("/v1/model", messages.ModelDescription),
        ("/v1/models", messages.StoredVersions),
        ("/v2/health/ready", messages.Ready),
        ("/v2/health/live", messages.Live),
        ("/nowhere", messages.ProblemDocument),
    ):
        kind.model_validate(served.get(path).json())
