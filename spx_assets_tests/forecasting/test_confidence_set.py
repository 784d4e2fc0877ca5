"""The model confidence set: against arch on the same draws, and on models whose order is plain."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pandas as pd
import pytest

from spx_assets.errors import UsageError
from spx_assets.forecasting import confidence_set_p_values, model_confidence_set
from spx_assets.forecasting.panel import Floats
from spx_assets.forecasting.stationary_bootstrap import resampled_rows


def models(seed: int = 0) -> tuple[Floats, pd.DataFrame]:
    """An outcome and five forecasts, each noisier than the last."""
    random = np.random.default_rng(seed)
    y = random.standard_normal(250)
    return y, pd.DataFrame({f"m{i}": 0.2 * y + random.standard_normal(250) * 0.15 * (i + 1) for i in range(5)})


@pytest.mark.parametrize("statistic", ["range", "max"])
@pytest.mark.parametrize("seed", range(3))
def test_p_values_are_those_of_arch(statistic: Literal["range", "max"], seed: int) -> None:
    """Exactly, over the very rows that ours drew."""
    from arch.bootstrap import MCS  # noqa: PLC0415  # slow to import

    y, f = models(seed)
    losses = f.sub(y, axis=0) ** 2
    theirs = MCS(losses, size=0.1, reps=300, method="R" if statistic == "range" else "max")
    rows = resampled_rows(250, 300, block=4.0, random=np.random.default_rng(0))
    theirs.bootstrap.bootstrap = lambda _reps: (((each,), {}) for each in rows)
    theirs.compute()

    found = confidence_set_p_values(y, f, statistic=statistic, block=4.0, replications=300)

    assert dict(theirs.pvalues["Pvalue"]) == found


def test_the_best_stays_and_the_worst_leaves() -> None:
    """The set is of names; p-values fall with the losses here."""
    y, f = models()
    f["useless"] = 5.0

    kept = model_confidence_set(y, f)
    p_values = confidence_set_p_values(y, f)

    assert "m0" in kept
    assert "useless" not in kept
    assert (p_values["m0"], max(p_values.values())) == (1.0, 1.0)
    assert kept == {name for name, p in p_values.items() if p >= 0.1}


def test_a_higher_level_keeps_at_least_as_many() -> None:
    """Sets are nested."""
    y, f = models()

    assert model_confidence_set(y, f, level=0.5) <= model_confidence_set(y, f, level=0.9)
    assert model_confidence_set(y, f, level=0.9) <= model_confidence_set(y, f, level=0.99)


def test_the_same_model_twice_stays_or_leaves_together() -> None:
    """Equal losses are no evidence against either."""
    y, f = models()
    twin = f[["m0"]].assign(twin=f["m0"])

    assert model_confidence_set(y, twin) == {"m0", "twin"}
    for statistic in ("range", "max"):
        found = confidence_set_p_values(y, f.assign(twin=f["m0"]), statistic=statistic)  # type: ignore[arg-type]  # one of the two
        assert not any(math.isnan(p) for p in found.values())
        assert min(found["m0"], found["twin"]) > 0.5


def test_one_model_is_the_best_of_one() -> None:
    """With p-value 1."""
    y, f = models()

    assert confidence_set_p_values(y, f[["m3"]]) == {"m3": 1.0}


def test_too_few_outcomes_exclude_nothing() -> None:
    """Where nothing can be said, nothing is."""
    y, f = models()

    assert model_confidence_set(y[:10], f[:10]) == set(f.columns)
    assert all(math.isnan(p) for p in confidence_set_p_values(y[:10], f[:10]).values())


def test_impossible_levels_are_refused() -> None:
    """90 is not a share."""
    with pytest.raises(UsageError, match="between 0 and 1"):
        model_confidence_set(*models(), level=90)
