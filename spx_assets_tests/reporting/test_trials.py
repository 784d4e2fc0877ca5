"""The number of trials."""

from __future__ import annotations

import pytest

from spx_assets.reporting.trials import trials
from spx_assets_tests.reporting import synthetic

EVALUATION = synthetic.evaluation(synthetic.cleaned(400))


def test_without_a_count_on_the_card_candidates_times_horizons_are_counted() -> None:
    """Two candidates at three horizons; the mean is no trial."""
    found = trials({}, EVALUATION)
    assert (found.count, found.counted) == (6, "candidates times horizons of this evaluation")


@pytest.mark.parametrize("recorded", [41, {"count": 41}])
def test_the_card_knows_better(recorded: object) -> None:
    """What was tried before counts, too."""
    found = trials({"trials": recorded}, EVALUATION)
    assert (found.count, found.counted) == (41, "as the model card counts them")
