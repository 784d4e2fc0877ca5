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
    for tensor in infer["properties"]["inputs"]["items"]["oneOf"]:
        (rows, width), (flat, nested) = tensor["properties"]["shape"]["const"], tensor["properties"]["data"]["oneOf"]
        assert (p, rows * p) == (width, flat["minItems"])
        assert (rows, p) == (nested["minItems"], nested["items"]["maxItems"])


def test_without_a_model_the_routes_are_described() -> None:
    """Of any features."""
    schema = operations.predictions(None)["requestBody"]["content"]["application/json"]["schema"]

    assert schema["properties"]["rows"]["items"] == {"type": "object"}
