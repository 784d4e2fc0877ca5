"""Skill that is too good to be true."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from spx_assets.errors import DataRefused
from spx_assets.forecasting import (
    Acceptance,
    Trial,
    acceptances_file,
    acceptances_from,
    largest_plausible_r2_os,
    too_good,
)

TRIAL = Trial(1, "ridge", 504, 252, "abc")
ACCEPTED = Acceptance(TRIAL, 0.03, 2000, "checked by hand", "2026-01-02T00:00:00+00:00")


def leaking(r2_os: float, *, rows: int = 2000) -> pd.DataFrame:
    """An evaluation of one candidate whose out-of-sample R² is exactly that."""
    random = np.random.default_rng(0)
    realised = 0.01 * random.standard_normal(rows)
    forecast = realised * (1 - np.sqrt(1 - r2_os))
    columns = {"model": "ridge", "horizon": 1, "realised": realised, "forecast": forecast, "benchmark": 0.0}
    return pd.DataFrame(columns)


def test_the_limits_are_one_per_cent_a_session_and_two_at_twenty_one() -> None:
    """And grow in between."""
    limits = [largest_plausible_r2_os(horizon) for horizon in (1, 5, 21, 63)]

    assert limits[0] == pytest.approx(0.01)
    assert limits[2] == pytest.approx(0.02)
    assert limits == sorted(limits)


@pytest.mark.parametrize(("r2_os", "beyond"), [(0.0099, False), (0.0101, True), (0.03, True)])
def test_a_score_beyond_the_limit_is_too_good(r2_os: float, *, beyond: bool) -> None:
    """A leak of 3 % a day is found, and nobody has accepted it."""
    found = too_good(leaking(r2_os), [TRIAL])

    assert bool(found) is beyond
    assert all(each.accepted is None for each in found)


def test_an_acceptance_is_of_one_trial_and_its_score() -> None:
    """Other features, or a score that grew by more than a limit, are set aside again."""
    other = replace(TRIAL, features="another")

    assert too_good(leaking(0.03), [TRIAL], [ACCEPTED])[0].accepted == ACCEPTED
    assert too_good(leaking(0.03), [other], [ACCEPTED])[0].accepted is None
    assert too_good(leaking(0.045), [TRIAL], [ACCEPTED])[0].accepted is None


def test_acceptances_survive_their_file() -> None:
    """What was written is read; anything else is rejected with what to do."""
    assert acceptances_from(acceptances_file([ACCEPTED])) == (ACCEPTED,)
    with pytest.raises(DataRefused, match="spx accept"):
        acceptances_from(b"[{}]")
