"""The plain word on skill: one sentence per horizon that a reader cannot take for more than was shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spx_assets.forecasting.candidates import BENCHMARK

NO_SKILL = "no skill over the historical mean"
SIGNIFICANT = 0.05  # one-sided Clark–West


def has_skill(chosen: str, row: Mapping[str, Any]) -> bool:
    """Whether the chosen model beats the historical mean by more than chance would: Clark–West p < 0.05."""
    return chosen != BENCHMARK and float(row["r2_os"]) > 0 and float(row["clark_west_p"]) < SIGNIFICANT


def skill_statement(horizon: int, chosen: str, row: Mapping[str, Any]) -> str:
    """What may be said of the model deployed for `horizon` sessions ahead.

    `row` is the scoreboard's row of the chosen model or, where the historical mean is deployed, of the best
    candidate that was tried (of the mean itself, where nothing else was).
    """
    ahead = f"{horizon} {'session' if horizon == 1 else 'sessions'} ahead"
    if chosen == BENCHMARK:
        tried = "nothing else was tried" if row["model"] == BENCHMARK else f"the best candidate is {_evidence(row)}"
        return f"{ahead}: {NO_SKILL}, which is deployed; {tried}."
    if not has_skill(chosen, row):
        return (
            f"{ahead}: deployed is {_evidence(row)}; its gain over the historical mean is not "
            "statistically distinguishable from no skill."
        )
    return f"{ahead}: deployed is {_evidence(row)}, a gain over the historical mean that chance would rarely give."


def _evidence(row: Mapping[str, Any]) -> str:
    gain = f"{100 * float(row['r2_os']):+.2f}".replace("-", "−")
    return (
        f"{row['model']}, with an out-of-sample R² of {gain} % over {int(row['n']):,} forecasts "
        f"(Clark–West p = {float(row['clark_west_p']):.2f})"
    )
