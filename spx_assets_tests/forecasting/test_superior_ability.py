"""Superior predictive ability: against arch on the same draws, and what it must and must not find."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from spx_assets.forecasting import superior_ability, superior_predictive_ability
from spx_assets.forecasting.losses import loss_gains
from spx_assets.forecasting.panel import Floats
from spx_assets.forecasting.stationary_bootstrap import long_run_variance, resampled_rows


def noises(seed: int = 0, models: int = 4) -> tuple[Floats, pd.DataFrame, Floats]:
    """Outcome, forecasts of differing noise, and benchmark."""
    random = np.random.default_rng(seed)
    y, b = random.standard_normal((2, 300))
    scale = np.linspace(0.2, 1.5, models)
    return y, pd.DataFrame(random.standard_normal((300, models)) * scale).add_prefix("m"), 0.9 * b


def test_p_values_are_those_of_arch_on_studentised_differences() -> None:
    """All three, exactly: its own test on d/ω, run over the very rows that ours drew."""
    from arch.bootstrap import SPA  # noqa: PLC0415  # slow to import

    y, f, b = noises()
    _, gains = loss_gains(y, f, b)
    studentised = gains / np.sqrt(long_run_variance(gains, block=5.0))
    theirs = SPA(np.zeros(300), -studentised, block_size=5, reps=200, seed=0)
    rows = resampled_rows(300, 200, block=5.0, random=np.random.default_rng(0))
    theirs.bootstrap.bootstrap = lambda _reps: (((studentised[each],), {}) for each in rows)
    theirs.compute()

    found = superior_ability(y, f, b, block=5.0, replications=200, seed=0)

    assert list(theirs.pvalues) == [found.p_lower, found.p_value, found.p_upper]


def test_the_best_is_named_and_the_bounds_are_in_order() -> None:
    """By the studentised gain; lower ≤ consistent ≤ upper."""
    y, f, b = noises()
    f["skilled"] = 0.5 * y

    found = superior_ability(y, f, b)

    assert found.best == "skilled"
    assert found.p_lower <= found.p_value <= found.p_upper < 0.05
    assert found.statistic > 2


def test_a_model_that_is_worse_everywhere_changes_little() -> None:
    """The consistent p-value leaves hopeless models out; White's does not (Hansen 2005, section 3)."""
    random = np.random.default_rng(4)
    y, b, equal = random.standard_normal((3, 300))
    alone = pd.DataFrame({"equal": equal})
    crowd = pd.DataFrame(10 * random.standard_normal((300, 5))).assign(equal=equal)

    found, among = superior_ability(y, alone, b, block=2.0), superior_ability(y, crowd, b, block=2.0)

    assert 0.05 < found.p_value < 0.95
    assert among.p_value == pytest.approx(found.p_value, abs=0.02)
    assert among.p_upper > found.p_upper + 0.1


def test_nothing_better_than_the_benchmark_is_no_discovery() -> None:
    """The statistic is zero and p is one, however hopeless the models are."""
    y, f, b = noises()

    found = superior_ability(y, f * 0 + (b * 3)[:, None], b)

    assert found.statistic == 0
    assert (found.p_lower, found.p_value, found.p_upper) == (1.0, 1.0, 1.0)


def test_a_model_equal_to_the_benchmark_is_left_out() -> None:
    """It does not make the others undefined; alone it is."""
    y, f, b = noises()

    with_it = superior_ability(y, f.assign(same=b), b, seed=1)

    assert with_it == superior_ability(y, f, b, seed=1)
    assert superior_ability(y, pd.DataFrame({"same": b}), b).undefined == "no loss differs"


def test_too_few_outcomes_are_undefined() -> None:
    """NaN, and why."""
    y, f, b = noises()

    assert math.isnan(superior_predictive_ability(y[:10], f[:10], b[:10]))
    assert superior_ability(y[:10], f[:10], b[:10]).undefined == "10 outcomes are too few"


def test_the_p_value_alone_is_the_consistent_one() -> None:
    """A plain number, equal on every call."""
    y, f, b = noises()

    assert superior_predictive_ability(y, f, b, loss="absolute") == superior_ability(y, f, b, loss="absolute").p_value
