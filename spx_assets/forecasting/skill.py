"""The skill verdict: what may be claimed of the model that serves a horizon, and the one sentence that says it.

The best of several looks better than it is. A gain is called significant only where the Clark–West p-value, multiplied
by the number of candidates that were ever tried (Bonferroni), is below 5 %. Every surface shows this sentence as the
model card carries it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from spx_assets.forecasting.candidates import BENCHMARK
from spx_assets.forecasting.schedule import FEWEST_OUTCOMES

NO_SKILL = "no candidate beat the historical mean"
SIGNIFICANT = 0.05  # one-sided Clark–West, after the correction


def has_skill(chosen: str, row: Mapping[str, Any]) -> bool:
    """Whether the chosen model's gain over the historical mean is significant: the verdict, on every surface.

    Clark–West p times the trials of its horizon below 0.05; one trial where the row does not say how many.
    """
    return chosen != BENCHMARK and float(row["r2_os"]) > 0 and corrected_p(row) < SIGNIFICANT


def corrected_p(row: Mapping[str, Any]) -> float:
    """Clark–West's p-value times the number of trials, at most 1: Bonferroni's bound; NaN where it is undefined."""
    return float(np.minimum(1.0, float(row["clark_west_p"]) * _tried(row)))


def skill_statement(horizon: int, chosen: str, row: Mapping[str, Any]) -> str:
    """The sentence on the model that serves `horizon` sessions ahead.

    `row` is the scoreboard's row of the chosen model or, where the historical mean serves, of the candidate closest to
    it (of the mean itself, where nothing else may serve); `trials` in it, how many were tried.
    """
    ahead = f"{horizon} {'session' if horizon == 1 else 'sessions'} ahead"
    if chosen == BENCHMARK:
        return f"{ahead}: {NO_SKILL}, so the historical mean is used{_closest(row)}."
    p = corrected_p(row)
    if math.isnan(p):
        few = f": fewer than {FEWEST_OUTCOMES} outcomes" if int(row["n"]) < FEWEST_OUTCOMES else ""
        return f"{ahead}: {chosen} is deployed; its gain over the historical mean is not tested{few} ({_gain(row)})."
    verdict = "is significant" if has_skill(chosen, row) else "is not significant"
    return (
        f"{ahead}: {chosen} is deployed; its gain over the historical mean {verdict} "
        f"({_gain(row)}, p = {p:.2f}{_corrected(row)})."
    )


def _closest(row: Mapping[str, Any]) -> str:
    if row["model"] == BENCHMARK:
        return ""
    which = "the only candidate was" if _tried(row) == 1 else f"the closest of {_tried(row)} was"
    p = float(row["clark_west_p"])
    tested = f"not tested: fewer than {FEWEST_OUTCOMES} outcomes" if int(row["n"]) < FEWEST_OUTCOMES else f"p = {p:.2f}"
    return f"; {which} {row['model']} ({_gain(row)}, {tested})"


def _corrected(row: Mapping[str, Any]) -> str:
    tried = _tried(row)
    return "" if tried == 1 else f" after correcting for {tried} candidates"


def _tried(row: Mapping[str, Any]) -> int:
    return max(int(row.get("trials", 1)), 1)


def _gain(row: Mapping[str, Any]) -> str:
    gain = f"{100 * float(row['r2_os']):+.2f}".replace("-", "−")
    return f"out-of-sample R² {gain} % over {int(row['n']):,} forecasts"
