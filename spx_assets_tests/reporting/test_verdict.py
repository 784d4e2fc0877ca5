"""The verdict in words."""

from __future__ import annotations

import math
from dataclasses import replace

from spx_assets.reporting.absent import Absent
from spx_assets.reporting.arrays import dates, numbers
from spx_assets.reporting.out_of_sample import ErrorPanel
from spx_assets.reporting.recessions import recessions_within
from spx_assets.reporting.scoreboard import Score
from spx_assets.reporting.trials import Trials
from spx_assets.reporting.verdict import Verdict, verdict

MEAN = Score(1, "historical_mean", True, 686, 0.0, 0.008, 1.0, 0.006, 0.53, 0.53, *[math.nan] * 6, 0.903, 0.03)
RIDGE = replace(
    MEAN, model="ridge", deployed=False, r2_os=-0.0043, rmse=0.0081, clark_west=0.17, clark_west_p=0.43, hit_rate=0.51
)
NO_PANELS = Absent("none")


def verdict_of(rows: tuple[Score, ...] | Absent) -> Verdict:
    """The verdict without an error difference beside it."""
    return verdict(rows, NO_PANELS)


def test_no_skill_is_said_plainly() -> None:
    """Where the mean is deployed the words are those of every other surface."""
    found = verdict_of((MEAN, RIDGE))
    assert found.headline == "No candidate beat the historical mean at 1 session."
    assert found.sentences[0] == (
        "1 session ahead: no candidate beat the historical mean, so the historical mean is used; the only candidate "
        "was ridge (out-of-sample R² −0.43 % over 686 forecasts, p = 0.43). The 90 % interval contained 90.3 % of "
        "returns."
    )
    assert "none replaced the plain average" in found.advice


def test_a_lead_within_luck_is_not_called_skill() -> None:
    """A deployed candidate whose test is weak leads, but has not shown skill."""
    ahead = replace(RIDGE, deployed=True, r2_os=0.002, clark_west_p=0.21)
    found = verdict_of((replace(MEAN, deployed=False), ahead))
    assert found.headline == "A gain over the historical mean that is not significant at 1 session (ridge)."
    assert "ridge is deployed; its gain over the historical mean is not significant" in found.sentences[0]


def test_skill_names_its_horizons_and_models() -> None:
    """Horizons with and without skill stand in one headline."""
    proven = replace(RIDGE, horizon=21, deployed=True, r2_os=0.02, clark_west_p=0.01)
    mean_21 = replace(MEAN, horizon=21, deployed=False)
    found = verdict_of((MEAN, RIDGE, mean_21, proven))
    assert found.headline == (
        "A significant gain over the historical mean at 21 sessions (ridge); "
        "no candidate beat the historical mean at 1 session."
    )
    assert "the best of several looks better than it is" in found.advice


def test_nothing_evaluated_is_no_verdict() -> None:
    """Without forecasts there is no verdict, and the reason stands below."""
    found = verdict_of(Absent("Too short."))
    assert (found.headline, found.sentences) == ("There is no verdict yet.", ("Too short.",))


def test_a_card_that_names_nothing_is_said() -> None:
    """Scores without a deployed model say so."""
    found = verdict_of((replace(MEAN, deployed=False), RIDGE))
    assert found.sentences == ("1 session ahead: the model card names no deployed model among those evaluated.",)


def test_unjudged_intervals_are_not_mentioned() -> None:
    """No coverage, no claim."""
    found = verdict_of((replace(MEAN, coverage_90=math.nan), RIDGE))
    assert "interval" not in found.sentences[0]


def test_intervals_that_held_too_little_are_named() -> None:
    """Coverage that chance does not explain is said to be less than promised."""
    found = verdict_of((replace(MEAN, coverage_90=0.81), RIDGE))
    assert found.sentences[0].endswith("The 90 % interval contained 81.0 % of returns, less than it promised.")


def test_a_gain_made_long_ago_is_told_apart() -> None:
    """Of a deployed candidate the verdict says what the newer half of its forecasts gave."""
    origins = dates(["2018-01-02", "2018-01-03", "2018-01-04", "2018-01-05"])
    panel = ErrorPanel(
        1,
        origins,
        {"ridge": numbers([2.0, 3.0, 2.5, 2.0])},
        numbers([10.0, 20.0, 30.0, 40.0]),
        recessions_within(origins[0], origins[-1]),
    )
    proven = replace(RIDGE, deployed=True, r2_os=0.05, clark_west_p=0.01)
    found = verdict((replace(MEAN, deployed=False), proven), (panel,))
    assert "Over the newer half of them the R² is −5.00 %." in found.sentences[0]


def test_the_number_of_trials_is_said() -> None:
    """The best of many is not the best of one."""
    found = verdict((MEAN, RIDGE), NO_PANELS, Trials(1234, "all"))
    assert found.advice.startswith("1,234 trials were made, all candidates and horizons together;")
    assert verdict_of((MEAN, RIDGE)).advice.startswith("One trial was made")
