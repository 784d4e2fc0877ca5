"""The asset `deployed_model`: gates, what it records, and that a refused model does not move what serves."""

from __future__ import annotations

import dataclasses

import pytest

from spx_assets import forecasting
from spx_assets.forecasting import Gate
from spx_assets.store import Store
from spx_assets_tests.orchestration.conftest import Materialize, failed_checks, metadata_of


def test_metadata_says_path_size_digest_version_and_reason(materialize: Materialize) -> None:
    """Every item of the design's table for `save`."""
    found = metadata_of(materialize("deployed_model"), "deployed_model")

    assert found["size (bytes)"].value > 0
    assert found["model version"].value in found["model path"].value
    assert "horizon_1.skops" in found["sha256"].value
    assert all(name in found["promoted because"].value for name in forecasting.GATES)


def test_a_refused_gate_leaves_what_serves(
    materialize: Materialize, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One gate says no: the check fails with its reason and CURRENT does not move."""
    before = store.current("deployed_model")
    honest = forecasting.gates

    def one_refuses(*given: object, **named: object) -> tuple[Gate, ...]:
        first, *rest = honest(*given, **named)  # type: ignore[arg-type]  # passed on as given
        return (dataclasses.replace(first, passed=False, reason="planted"), *rest)

    monkeypatch.setattr(forecasting, "gates", one_refuses)

    assert failed_checks(materialize("deployed_model")) == ["finite_forecasts"]
    assert before == store.current("deployed_model")


def test_deploying_the_same_model_again_writes_nothing(materialize: Materialize, store: Store) -> None:
    """The files of a deployment do not depend on what served before."""
    before = store.versions("deployed_model")

    materialize("deployed_model")

    assert before == store.versions("deployed_model")
