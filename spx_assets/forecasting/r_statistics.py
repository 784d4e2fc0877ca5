"""R's statistics made again: every row of a table that `forecast`, `sandwich` and base R filled, beside ours.

Diebold–Mariano (`forecast::dm.test`), Clark–West with Newey–West errors and Mincer–Zarnowitz (`sandwich::NeweyWest`),
Ljung–Box (`Box.test`). Tables in, a table of differences out; no file is read here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr

from spx_assets.errors import DataRefused
from spx_assets.forecasting.efficiency_tests import ljung_box, mincer_zarnowitz
from spx_assets.forecasting.tests_of_skill import Alternative, clark_west, diebold_mariano, mean_statistic

ALTERNATIVES: Mapping[str, Alternative] = {"two.sided": "two_sided", "greater": "greater", "less": "less"}


def r_statistics(inputs: pd.DataFrame, expected: pd.DataFrame, examples: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Rows test, case, statistic, published, ours, difference: every row of `expected` (case, stat, value).

    `inputs` holds the columns actual, fc_mean and fc_<model>; `examples` the errors e1 and e2 of R's WWWusage
    example, by "in-sample" and "out-of-sample". Raises DataRefused for a case that is not known here.
    """
    cases = {case: _case(str(case), inputs, examples) for case in expected["case"].unique()}
    rows = []
    for case, name, value in expected[["case", "stat", "value"]].itertuples(index=False):
        test, ours = cases[case]
        if name not in ours:
            raise DataRefused("A reference statistic is not known here", evidence=f"{name} of {case}")
        rows.append((test, case, name, float(value), ours[name]))
    found = pd.DataFrame(rows, columns=["test", "case", "statistic", "published", "ours"])
    return found.assign(difference=found["ours"] - found["published"])


def _case(case: str, inputs: pd.DataFrame, examples: Mapping[str, pd.DataFrame]) -> tuple[str, Mapping[str, float]]:
    kind, *options = case.split("|")
    if kind in _CASES:
        name, made = _CASES[kind]
        return name, made(inputs, *options)
    for example, errors in examples.items():
        if kind.startswith("dm.test") and f" {example}" in kind:
            zero = np.zeros(len(errors))
            found = diebold_mariano(zero, -errors["e2"], -errors["e1"])
            return "Diebold–Mariano", {"DM": found.statistic, "p": found.p_value}
    raise DataRefused("A reference case is not known here", evidence=case)


def _diebold_mariano(
    inputs: pd.DataFrame, pair: str, horizon: str, power: str, kernel: str, alternative: str
) -> Mapping[str, float]:
    found = diebold_mariano(
        *_pair(inputs, pair),
        horizon=_number(horizon),
        loss={1: "absolute", 2: "squared"}[_number(power)],  # type: ignore[arg-type]  # one of the two
        kernel="bartlett" if kernel == "bartlett" else "uniform",
        alternative=ALTERNATIVES[alternative],
    )
    return {"DM": found.statistic, "p": found.p_value}


def _clark_west(inputs: pd.DataFrame, pair: str) -> Mapping[str, float]:
    return {"t": clark_west(*_pair(inputs, pair)).statistic}


def _clark_west_hac(inputs: pd.DataFrame, pair: str, lag: str) -> Mapping[str, float]:
    y, f, b = _pair(inputs, pair)
    # sandwich divides by n even without lags, where the published tables, and `clark_west`, divide by n − 1.
    statistic, _ = mean_statistic((y - b) ** 2 - ((y - f) ** 2 - (b - f) ** 2), lags=_number(lag))
    if _number(lag):
        statistic = clark_west(y, f, b, horizon=_number(lag) + 1).statistic
    return {"t": statistic, "p_upper": float(ndtr(-statistic))}


def _mincer_zarnowitz(inputs: pd.DataFrame, model: str, lag: str) -> Mapping[str, float]:
    found = mincer_zarnowitz(inputs["actual"], inputs[f"fc_{model}"], lags=_number(lag))
    return {
        "alpha": found.intercept,
        "beta": found.slope,
        "se_alpha": found.intercept_error,
        "se_beta": found.slope_error,
        "wald_chi2(2)": found.test.statistic,
    }


def _ljung_box(inputs: pd.DataFrame, column: str, lag: str) -> Mapping[str, float]:
    found = ljung_box(inputs[column], lags=_number(lag))
    return {"Q": found.statistic, "p": found.p_value}


_CASES: Mapping[str, tuple[str, Callable[..., Mapping[str, float]]]] = {
    "dm": ("Diebold–Mariano", _diebold_mariano),
    "cw_ols": ("Clark–West", _clark_west),
    "cw_hac": ("Clark–West, Newey–West", _clark_west_hac),
    "mz": ("Mincer–Zarnowitz", _mincer_zarnowitz),
    "ljungbox": ("Ljung–Box", _ljung_box),
}


def _pair(inputs: pd.DataFrame, pair: str) -> tuple[Any, Any, Any]:
    model = pair.removeprefix("mean_vs_")
    return tuple(inputs[name].to_numpy() for name in ("actual", f"fc_{model}", "fc_mean"))  # type: ignore[return-value]  # three names


def _number(option: str) -> int:
    return int(option.rsplit("=", maxsplit=1)[-1])
