"""The plain word on skill: one sentence per horizon that a reader cannot take for more than was shown.

The best of several looks better than it is. Skill is claimed only where the test still speaks for the candidate when
its p-value is multiplied by the number of trials (Bonferroni), and the sentence says how many there were.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from spx_assets.forecasting.candidates import BENCHMARK

NO_SKILL = "no skill over the historical mean"
SIGNIFICANT = 0.05  # one-sided Clark–West, after the correction


def has_skill(chosen: str, row: Mapping[str, Any]) -> bool:
    """Whether the chosen model beats the historical mean by more than the luck of the best of `trials` would.

    Clark–West p times the trials of its horizon below 0.05; one trial where the row does not say how many.
    """
    return chosen != BENCHMARK and float(row["r2_os"]) > 0 and corrected_p(row) < SIGNIFICANT


def corrected_p(row: Mapping[str, Any]) -> float:
    """Clark–West's p-value times the number of trials, at most 1: Bonferroni's bound; NaN where it is undefined."""
    return float(np.minimum(1.0, float(row["clark_west_p"]) * _tried(row)))


def skill_statement(horizon: int, chosen: str, row: Mapping[str, Any]) -> str:
    """What may be said of the model deployed for `horizon` sessions ahead.

    `row` is the scoreboard's row of the chosen model or, where the historical mean is deployed, of the best
    candidate that was tried (of the mean itself, where nothing else was); `trials` in it, how many were tried.
    """
    ahead = f"{horizon} {'session' if horizon == 1 else 'sessions'} ahead"
    if chosen == BENCHMARK:
        best = "the best candidate" if _tried(row) == 1 else f"the best of {_tried(row)} trials"
        tried = "nothing else was tried" if row["model"] == BENCHMARK else f"{best} is {_evidence(row)}"
        return f"{ahead}: {NO_SKILL}, which is deployed; {tried}."
    if has_skill(chosen, row):
        gain = "a gain over the historical mean that chance would rarely give"
        return f"{ahead}: deployed is {_evidence(row)}, {gain}{_of(row)}."
    return (
        f"{ahead}: deployed is {_evidence(row)}; its gain over the historical mean is not "
        f"statistically distinguishable from no skill{_of(row)}."
    )


def _of(row: Mapping[str, Any]) -> str:
    tried = _tried(row)
    return "" if tried == 1 else f", the best of {tried} trials: p = {corrected_p(row):.2f} corrected for them"


def _tried(row: Mapping[str, Any]) -> int:
    return max(int(row.get("trials", 1)), 1)


def _evidence(row: Mapping[str, Any]) -> str:
    gain = f"{100 * float(row['r2_os']):+.2f}".replace("-", "−")
    return (
        f"{row['model']}, with an out-of-sample R² of {gain} % over {int(row['n']):,} forecasts "
        f"(Clark–West p = {float(row['clark_west_p']):.2f})"
    )
