"""The hot routes as operations."""

from __future__ import annotations

from spx_assets.serving import operations
from spx_assets.serving.deployment import ServedModel


def test_every_form_is_typed_by_the_features(model: ServedModel) -> None:
    """Rows, records, lists and tensors of exactly as many numbers."""
    p = len(model.first.model.features)
    forms = operations.invocations(model)["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
    infer = operations.infer(model, ("model",))["requestBody"]["content"]["application/json"]["schema"]

    assert len(forms) == 4
    assert len(forms[0]["properties"]["dataframe_split"]["properties"]["columns"]["enum"][0]) == p
    double, single = infer["properties"]["inputs"]["items"]["oneOf"]
    assert [p, p] == [each["properties"]["data"]["minItems"] for each in (double, single)]


def test_without_a_model_the_routes_are_described() -> None:
    """Of any features."""
    schema = operations.predictions(None)["requestBody"]["content"]["application/json"]["schema"]

    assert schema["properties"]["rows"]["items"] == {"type": "object"}
