"""The intervals judged in words."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from spx_assets.forecasting import interval_coverage
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.out_of_sample import known_rows
from spx_assets.reporting.trust import IntervalTest, trust
from spx_assets_tests.reporting import synthetic

EVALUATION = synthetic.evaluation(synthetic.cleaned())
DEPLOYED = dict.fromkeys(synthetic.HORIZONS, "historical_mean")
HELD = IntervalTest(1, "historical_mean", 0.9, 500, 0.9, 0.9, 0.8, 0.7, 0.03, 0.04)


def test_tests_are_those_of_forecasting() -> None:
    """Every level of every horizon, by the functions that were checked against the literature."""
    found = trust(EVALUATION, DEPLOYED)
    assert not isinstance(found, Absent)
    assert len(found.tests) == len(synthetic.HORIZONS) * len(synthetic.LEVELS)
    one = next(test for test in found.tests if test.horizon == 5 and test.level == 0.9)
    rows = known_rows(EVALUATION, 5, "historical_mean").dropna(subset=["lower_90"])
    expected = interval_coverage(rows["realised"], rows["lower_90"], rows["upper_90"], level=0.9, horizon=5)
    assert (one.forecasts, one.held, one.kupiec_p) == (expected.n, expected.coverage, expected.kupiec.p_value)


@pytest.mark.parametrize(
    ("test", "answer"),
    [
        (HELD, "yes"),
        (replace(HELD, held=0.8, kupiec_p=0.001), "too narrow"),
        (replace(HELD, held=0.97, kupiec_p=0.001), "too wide"),
        (replace(HELD, independence_p=0.01), "misses in runs"),
        (replace(HELD, independence_p=math.nan, christoffersen_p=math.nan), "yes"),
    ],
)
def test_the_answer_is_a_plain_word(test: IntervalTest, answer: str) -> None:
    """What chance does not explain is named; an undefined test says nothing."""
    assert test.answer == answer


def test_narrow_intervals_are_called_so() -> None:
    """Half the width is found out, and the headline says it."""
    tight = EVALUATION.copy()
    for side in ("lower_90", "upper_90"):
        tight[side] = tight["forecast"] + 0.4 * (tight[side] - tight["forecast"])
    found = trust(tight, DEPLOYED)
    assert not isinstance(found, Absent)
    assert found.headline.startswith("Not fully at 1, 5 and 21 sessions")
    assert "which chance does not explain (Kupiec p = below 0.001): they were too narrow." in found.sentences[0]


def test_without_intervals_it_is_too_early() -> None:
    """No bounds, no answer."""
    bare = EVALUATION.drop(columns=[name for name in EVALUATION if name.startswith(("lower", "upper"))])
    assert isinstance(trust(bare, DEPLOYED), Absent)
