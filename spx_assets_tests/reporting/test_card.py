"""What the report reads from a model card."""

from __future__ import annotations

import math

import pytest

from spx_assets.reporting.card import read_card

ENTRY = {
    "model": "ridge",
    "hyperparameters": {"alpha": 1000.0, "solver": "svd"},
    "training_window": {"first_session": "2014-04-04", "last_session": "2018-12-28"},
    "train": {"r2": 0.031},
    "test": {"r2_os": -0.002},
    "coefficients": {"vix_level": 1e-4, "return_1": None},
    "coefficients_of": "ridge",
}


def test_entries_become_values_in_order_of_horizons() -> None:
    """Horizons are numbers, shortest first, whatever the order of the JSON."""
    card = read_card({"horizons": {"21": ENTRY, "5": {"model": "historical_mean"}}})
    assert card.deployed == {5: "historical_mean", 21: "ridge"}
    fitted = card.fitted[1]
    assert fitted.hyperparameters == "alpha = 1000, solver = svd"
    assert (fitted.first_session, fitted.last_session) == ("2014-04-04", "2018-12-28")
    assert (fitted.train_r2, fitted.test_r2) == (0.031, -0.002)
    assert fitted.effects == {"vix_level": 1e-4}


@pytest.mark.parametrize("card", [{}, {"horizons": None}, {"horizons": {"1": {}}}, {"inputs": None, "limits": None}])
def test_what_a_card_lacks_is_empty(card: dict[str, object]) -> None:
    """Nothing in, nothing claimed, no crash."""
    read = read_card(card)
    assert (read.fitted, read.limits, dict(read.inputs)) == ((), (), {})


def test_a_bare_entry_has_no_numbers() -> None:
    """Scores that are null or absent are NaN."""
    (fitted,) = read_card({"horizons": {"1": {"model": "ols", "test": {"r2_os": None}}}}).fitted
    assert math.isnan(fitted.train_r2)
    assert math.isnan(fitted.test_r2)
    assert fitted.effects_of == "ols"


def test_sentences_may_be_one_text_or_many() -> None:
    """Limits and use are read either way."""
    assert read_card({"limits": "One."}).limits == ("One.",)
    assert read_card({"limits": ["One.", "Two."]}).limits == ("One.", "Two.")
