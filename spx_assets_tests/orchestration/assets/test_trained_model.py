"""The asset `trained_model`: what it records, and what it refuses to store."""

from __future__ import annotations

import dataclasses

import pytest

from spx_assets import tasks
from spx_assets.store import Store
from spx_assets_tests.orchestration.conftest import Materialize, failed_checks, metadata_of


def test_metadata_says_model_scores_features_and_window(materialize: Materialize) -> None:
    """Model, hyperparameters, train and test R² and RMSE, features, training window, and the card to read."""
    found = metadata_of(materialize("trained_model"), "trained_model")

    columns = set(found["per horizon"].records[0].data)
    assert {"model", "hyperparameters", "train R²", "test R²", "train RMSE", "test RMSE"} <= columns
    assert found["features"].value == 28
    assert "2018-12-31" in found["training window"].value
    assert "no candidate beat the historical mean" in found["verdict"].value
    assert "#" in found["model card"].value


def test_the_card_names_the_versions_it_was_trained_on(materialize: Materialize, store: Store) -> None:
    """Lineage stands in the card too, for a reader who has only the file."""
    result = materialize("trained_model")

    card = result.output_for_node("trained_model").card
    assert card["inputs"] == {name: store.current(name) for name in ("cleaned_data", "walk_forward")}


def test_a_model_that_changes_on_reload_is_refused(
    materialize: Materialize, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Golden predictions that the reloaded model does not reproduce end the step with nothing stored."""
    before = store.versions("trained_model")
    honest = tasks.train

    def drifting(*given: object, **options: object) -> object:
        trained = honest(*given, **options)  # type: ignore[arg-type]  # passed on as given
        wrong = dataclasses.replace(trained.fitted[1], golden_predictions=trained.fitted[1].golden_predictions + 1.0)
        return dataclasses.replace(trained, fitted={**trained.fitted, 1: wrong})

    monkeypatch.setattr(tasks, "train", drifting)

    assert failed_checks(materialize("trained_model")) == ["golden_predictions"]
    assert before == store.versions("trained_model")
