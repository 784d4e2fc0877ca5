"""Many forecasts compared at once, as the model card has it."""

from __future__ import annotations

import json
import math
from typing import Any

import pandas as pd

from spx_assets.forecasting import comparison, model_confidence_set, superior_ability
from spx_assets.forecasting.comparison import CONFIDENCE
from spx_assets.reporting import tables
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.comparison import NOT_ON_CARD, comparisons
from spx_assets_tests.reporting import synthetic

EVALUATION = synthetic.evaluation(synthetic.cleaned(), horizons=(5,))


def _card(evaluation: pd.DataFrame) -> dict[str, Any]:
    return {"horizons": {"5": {"comparison": comparison(evaluation, 5).record}}}


def test_numbers_are_those_of_forecasting() -> None:
    """Hansen's p-values and the confidence set, over the rows that every model has."""
    found = comparisons(_card(EVALUATION))
    assert not isinstance(found, Absent)
    (one,) = found
    known = EVALUATION[EVALUATION["realised"].notna()]
    wide = known.pivot_table(index="origin", columns="model", values="forecast")[list(synthetic.MODELS)]
    mean = known[known["model"] == "historical_mean"].set_index("origin")
    test = superior_ability(mean["realised"], wide[["ols", "ridge"]], mean["benchmark"], horizon=5)
    assert (one.p_value, one.p_lower, one.p_upper) == (test.p_value, test.p_lower, test.p_upper)
    assert (one.best, one.outcomes, one.candidates, one.tried) == (test.best, len(mean), 2, 2)
    assert one.p_of_all_tried == test.p_value
    assert set(one.survivors) == model_confidence_set(mean["realised"], wide, level=CONFIDENCE, horizon=5)


def test_the_mean_alone_has_no_rival() -> None:
    """One model is nothing to compare, and a card that says nothing is another sentence."""
    alone = comparisons(_card(EVALUATION[EVALUATION["model"] == "historical_mean"]))
    assert alone == Absent("Only the historical mean was evaluated; there is nothing to compare.")
    assert comparisons({}) == comparisons({"horizons": {"5": {"model": "ridge"}}}) == Absent(NOT_ON_CARD)


def test_too_few_outcomes_are_said() -> None:
    """A test that cannot be made names its reason, and excludes nobody."""
    found = comparisons(_card(EVALUATION[EVALUATION["origin"] < EVALUATION["origin"].min() + pd.Timedelta(days=15)]))
    assert not isinstance(found, Absent)
    assert "too few" in found[0].undefined
    assert found[0].survivors == synthetic.MODELS


def test_an_older_card_without_bounds_is_read() -> None:
    """What it does not say is unknown, not a crash and not zero."""
    older = json.loads(json.dumps(_card(EVALUATION)))
    for name in ("outcomes", "superior_ability_p_lower", "superior_ability_p_upper", "superior_ability_undefined"):
        del older["horizons"]["5"]["comparison"][name]
    found = comparisons(older)
    assert not isinstance(found, Absent)
    assert math.isnan(found[0].p_lower)
    assert tables.superior_ability(found).rows[0][1] == "–"
    assert found[0].p_value == comparison(EVALUATION, 5).ability.p_value
