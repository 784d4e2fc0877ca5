"""Economic value as frozen rows."""

from __future__ import annotations

import math

from spx_assets.forecasting import economic_value
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.worth import worth
from spx_assets_tests.reporting import synthetic

EVALUATION = synthetic.evaluation(synthetic.cleaned(), horizons=(5,))
CARD = synthetic.card((5,), EVALUATION)


def test_rows_are_those_of_the_card() -> None:
    """The named model at every cost, as it was computed for the card."""
    found = worth(CARD, 6, {5: "ridge"}, {5: "ridge"})
    assert not isinstance(found, Absent)
    table = economic_value(EVALUATION, trials=6)
    expected = table[table["model"] == "ridge"]
    assert [row.cost_bp for row in found.rows] == [0.0, 1.0, 5.0, 10.0]
    assert all(row.deployed for row in found.rows)
    assert [row.gain for row in found.rows] == list(expected["ce_gain"])
    assert [row.gain_low for row in found.rows] == list(expected["ce_gain_lower"])
    assert [row.deflated for row in found.rows] == list(expected["deflated_sharpe"])


def test_what_the_card_does_not_know_is_unknown() -> None:
    """JSON's null is a number that nobody knows."""
    row = {**CARD["horizons"]["5"]["economic_value"][0], "model": "ols", "ce_gain_lower": None}
    found = worth({"horizons": {"5": {"economic_value": [row]}}}, 6, {5: "ols"}, {})
    assert not isinstance(found, Absent)
    assert math.isnan(found.rows[0].gain_low)
    assert not found.rows[0].deployed


def test_without_a_candidate_or_a_card_there_is_a_sentence() -> None:
    """No gain to price, or nothing known of it."""
    assert isinstance(worth(CARD, 0, {}, {}), Absent)
    assert isinstance(worth({}, 6, {5: "ridge"}, {}), Absent)
