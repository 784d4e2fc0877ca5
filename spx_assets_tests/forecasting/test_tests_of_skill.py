"""Tests of skill: against R, statsmodels, and their own size and power."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from spx_assets.errors import UsageError
from spx_assets.forecasting.tests_of_skill import (
    clark_west,
    diebold_mariano,
    mean_statistic,
    pesaran_timmermann,
)


@pytest.fixture(scope="module")
def inputs(shared_data: Path) -> pd.DataFrame:
    """Real monthly forecasts and outcomes."""
    return pd.read_csv(shared_data / "reference" / "stats_inputs.csv")


@pytest.fixture(scope="module")
def expected(shared_data: Path) -> list[tuple[str, str, float]]:
    """What R found: case, statistic, value."""
    rows = pd.read_csv(shared_data / "reference" / "stats_expected_R.csv")
    return list(rows.itertuples(index=False, name=None))


def test_diebold_mariano_is_that_of_r(inputs: pd.DataFrame, expected: list[tuple[str, str, float]]) -> None:
    """forecast::dm.test on every model, horizon, loss, kernel and alternative, to 1e-8."""
    cases = [row for row in expected if row[0].startswith("dm|")]
    for case, statistic, value in cases:
        _, pair, horizon, power, kernel, alternative = case.split("|")
        found = diebold_mariano(
            inputs["actual"],
            inputs["fc_" + pair.removeprefix("mean_vs_")],
            inputs["fc_mean"],
            horizon=int(horizon.removeprefix("h=")),
            loss="squared" if power == "power=2" else "absolute",
            kernel="bartlett" if kernel == "bartlett" else "uniform",
            alternative={"two.sided": "two_sided", "greater": "greater", "less": "less"}[alternative],  # type: ignore[arg-type]  # one of the three
        )
        actual = found.statistic if statistic == "DM" else found.p_value
        assert actual == pytest.approx(value, abs=1e-8), case
    assert len(cases) == 360


def test_diebold_mariano_is_that_of_the_documentation_example(
    shared_data: Path, expected: list[tuple[str, str, float]]
) -> None:
    """R's own examples on WWWusage, in and out of sample."""
    for file, word in (("dm_wwwusage_errors.csv", "in-sample"), ("dm_wwwusage_oos_errors.csv", "out-of-sample")):
        errors = pd.read_csv(shared_data / "reference" / file)
        zero = np.zeros(len(errors))
        found = diebold_mariano(zero, -errors["e2"], -errors["e1"])
        values = {statistic: value for case, statistic, value in expected if "WWWusage" in case and f" {word}" in case}
        assert found.statistic == pytest.approx(values["DM"], abs=1e-8)
        assert found.p_value == pytest.approx(values["p"], abs=1e-8)


def test_clark_west_is_that_of_r(inputs: pd.DataFrame, expected: list[tuple[str, str, float]]) -> None:
    """Ordinary t at one step; Newey–West of R's sandwich with horizon − 1 lags beyond, to 1e-8."""
    checked = 0
    for case, statistic, value in expected:
        if not case.startswith("cw_"):
            continue
        kind, pair, *lag = case.split("|")
        lags = int(lag[0].removeprefix("lag=")) if lag else 0
        y, b = inputs["actual"].to_numpy(), inputs["fc_mean"].to_numpy()
        f = inputs["fc_" + pair.removeprefix("mean_vs_")].to_numpy()
        if kind == "cw_hac" and lags == 0:
            # Without lags sandwich divides by n where the published tables divide by n − 1.
            adjusted = (y - b) ** 2 - ((y - f) ** 2 - (b - f) ** 2)
            actual, _ = mean_statistic(adjusted, lags=0)
            assert statistic != "t" or actual == pytest.approx(value, abs=1e-8), case
        else:
            found = clark_west(y, f, b, horizon=lags + 1)
            actual = found.statistic if statistic == "t" else found.p_value
            assert actual == pytest.approx(value, abs=1e-8), case
        checked += 1
    assert checked == 45


def test_diebold_mariano_is_that_of_statsmodels() -> None:
    """With the small-sample correction and Bartlett weights, at four steps."""
    from statsmodels.tsa.stattools import diebold_mariano_test  # noqa: PLC0415  # slow to import

    random = np.random.default_rng(0)
    y, f, b = random.standard_normal((3, 200))

    found = diebold_mariano(y, f, b, horizon=4, kernel="bartlett")

    theirs = diebold_mariano_test(y, b, f, lags=3, harvey_adj=True, horizon=4)
    assert (found.statistic, found.p_value) == pytest.approx((theirs[0], theirs[1]), abs=1e-12)


def test_pesaran_timmermann_is_that_of_statsmodels() -> None:
    """One-sided, up is above zero."""
    from statsmodels.stats.diagnostic import pesaran_timmermann as theirs  # noqa: PLC0415  # slow to import

    random = np.random.default_rng(1)
    y = random.standard_normal(300)
    f = 0.3 * y + random.standard_normal(300)

    found = pesaran_timmermann(y, f)

    expected = theirs(y, f, alternative="larger")
    assert (found.statistic, found.p_value) == pytest.approx((expected[0], expected[1]), abs=1e-12)


def test_undefined_tests_say_why() -> None:
    """A sign that never changes, a benchmark against itself, too few outcomes: NaN and the reason."""
    y = np.random.default_rng(0).standard_normal(50)

    found = [
        pesaran_timmermann(y, np.ones(50)),
        pesaran_timmermann(y[:1], y[:1]),
        clark_west(y, np.zeros(50), np.zeros(50)),
        clark_west(y[:3], y[:3] / 2, np.zeros(3), horizon=5),
        diebold_mariano(y, np.zeros(50), np.zeros(50)),
    ]

    assert [each.undefined for each in found] == [
        "the sign never changes",
        "fewer than two outcomes",
        "the losses do not vary",
        "3 outcomes are too few for 5 lags".replace("5", "4"),
        "the long-run variance is not positive",
    ]
    assert all(math.isnan(each.statistic) and math.isnan(each.p_value) for each in found)


def test_impossible_horizons_are_refused() -> None:
    """Horizon 0 has no forecast."""
    with pytest.raises(UsageError, match="horizon"):
        clark_west([1.0], [1.0], [1.0], horizon=0)


def test_signs_of_overlapping_outcomes_are_judged_by_their_covariance() -> None:
    """Without overlap both forms agree closely; with it the plain one would see far too much."""
    random = np.random.default_rng(0)
    shocks = random.standard_normal(4_020)
    y = np.convolve(shocks, np.ones(21), mode="valid")
    f = np.convolve(0.1 * shocks + random.standard_normal(4_020), np.ones(21), mode="valid")

    plain, robust = pesaran_timmermann(y, f), pesaran_timmermann(y, f, horizon=21)

    covariation = ((y > 0) - np.mean(y > 0)) * ((f > 0) - np.mean(f > 0))
    expected, _ = mean_statistic(covariation, lags=20, kernel="uniform")
    assert robust.statistic == expected
    assert plain.statistic > 1.5 * robust.statistic > 0
    assert pesaran_timmermann(y, np.ones(len(y)), horizon=21).undefined == "the sign never changes"


def test_tails_keep_their_digits() -> None:
    """A p-value far below the rounding of one is not zero."""
    y = np.random.default_rng(0).standard_normal(500)

    found = diebold_mariano(y, 0.9 * y, np.zeros(500), alternative="greater")

    assert 0 < found.p_value < 1e-16


def test_tests_that_do_not_exist_are_refused() -> None:
    """Another alternative, another kernel, another loss."""
    wrong: list[dict[str, Any]] = [{"alternative": "bigger"}, {"kernel": "flat"}, {"loss": "cubic"}]
    for rules in wrong:
        with pytest.raises(UsageError, match=repr(next(iter(rules.values())))):
            diebold_mariano([1.0, 2.0], [1.0, 1.0], [0.0, 0.0], **rules)
