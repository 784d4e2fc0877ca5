"""Economic value as frozen rows."""

from __future__ import annotations

from spx_assets.forecasting import economic_value
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.worth import worth
from spx_assets_tests.reporting import synthetic

EVALUATION = synthetic.evaluation(synthetic.cleaned(), horizons=(5,))


def test_rows_are_those_of_forecasting() -> None:
    """The named model at every cost, deflated by the number of trials."""
    found = worth(EVALUATION, 6, {5: "ridge"})
    assert not isinstance(found, Absent)
    expected = economic_value(EVALUATION[EVALUATION["model"] == "ridge"], trials=6)
    assert [row.cost_bp for row in found.rows] == [0.0, 1.0, 5.0, 10.0]
    assert [row.gain for row in found.rows] == list(expected["ce_gain"])
    assert [row.gain_low for row in found.rows] == list(expected["ce_gain_lower"])
    assert [row.deflated for row in found.rows] == list(expected["deflated_sharpe"])


def test_costs_never_raise_the_sharpe_ratio() -> None:
    """Whoever pays more keeps less."""
    found = worth(EVALUATION, 6, {5: "ols"})
    assert not isinstance(found, Absent)
    ratios = [row.sharpe for row in found.rows]
    assert ratios == sorted(ratios, reverse=True)


def test_the_mean_alone_is_worth_nothing_more() -> None:
    """Without a candidate there is no gain to price; without returns nothing at all."""
    assert isinstance(worth(EVALUATION, 0, {5: "historical_mean"}), Absent)
    assert isinstance(worth(EVALUATION.assign(realised=float("nan")), 6, {5: "ridge"}), Absent)
