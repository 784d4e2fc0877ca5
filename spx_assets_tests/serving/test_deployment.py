"""A version as it is served."""

from __future__ import annotations

import json

import pytest

from spx_assets.errors import ModelRefused
from spx_assets.serving.deployment import CARD_FILE, ServedModel, served_model
from spx_assets.store import Artifact
from spx_assets_tests.serving.conftest import Home


def test_every_horizon_of_the_card_is_served_from_arrays(model: ServedModel, deployed: Artifact) -> None:
    """Under the version that the store gave it."""
    assert model.version == deployed.version
    assert model.horizons == model.compiled == (1, 5, 21)
    assert [each.model.horizon for each in model.predictors.values()] == [1, 5, 21]


def test_names_of_the_inference_protocol(model: ServedModel) -> None:
    """`spx` is the shortest horizon; names of no horizon are none."""
    names = ("spx", "spx_1", "spx_21", "spx_2", "spx_", "other")

    assert [1, 1, 21, None, None, None] == [model.horizon_of(name) for name in names]


def test_a_model_under_another_horizon_is_refused(home: Home, deployed: Artifact) -> None:
    """Files exchanged between horizons are sound one by one, and wrong."""
    home.deploy(changed={"horizon_1.npz": deployed.files["horizon_5.npz"]})

    with pytest.raises(ModelRefused, match="cannot serve"):
        served_model(home.store.read("deployed_model"))


def test_a_deployment_without_a_card_is_refused(home: Home) -> None:
    """Nothing says which horizons there are."""
    home.deploy(changed={CARD_FILE: json.dumps({}).encode()})

    with pytest.raises(ModelRefused, match="KeyError"):
        served_model(home.store.read("deployed_model"))
