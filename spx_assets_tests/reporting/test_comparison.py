"""Many forecasts compared at once."""

from __future__ import annotations

import pandas as pd

from spx_assets.forecasting import model_confidence_set, superior_ability
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.comparison import LEVEL, comparisons
from spx_assets_tests.reporting import synthetic

EVALUATION = synthetic.evaluation(synthetic.cleaned(), horizons=(5,))


def test_numbers_are_those_of_forecasting() -> None:
    """Hansen's p-values and the confidence set, over the rows that every model has."""
    found = comparisons(EVALUATION)
    assert not isinstance(found, Absent)
    (one,) = found
    known = EVALUATION[EVALUATION["realised"].notna()]
    wide = known.pivot_table(index="origin", columns="model", values="forecast")[list(synthetic.MODELS)]
    mean = known[known["model"] == "historical_mean"].set_index("origin")
    test = superior_ability(mean["realised"], wide[["ols", "ridge"]], mean["benchmark"], horizon=5)
    assert (one.p_value, one.p_lower, one.p_upper) == (test.p_value, test.p_lower, test.p_upper)
    assert (one.best, one.outcomes, one.candidates) == (test.best, len(mean), 2)
    assert set(one.survivors) == model_confidence_set(mean["realised"], wide, level=LEVEL, horizon=5)


def test_the_mean_alone_has_no_rival() -> None:
    """One model is nothing to compare, and no known return neither."""
    assert isinstance(comparisons(EVALUATION[EVALUATION["model"] == "historical_mean"]), Absent)
    assert isinstance(comparisons(EVALUATION.assign(realised=float("nan"))), Absent)


def test_too_few_outcomes_are_said() -> None:
    """A test that cannot be made names its reason, and excludes nobody."""
    found = comparisons(EVALUATION[EVALUATION["origin"] < EVALUATION["origin"].min() + pd.Timedelta(days=15)])
    assert not isinstance(found, Absent)
    assert "too few" in found[0].undefined
    assert found[0].survivors == synthetic.MODELS
